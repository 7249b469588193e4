using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// When other hardware answers: it is told of everything, and this SMMU goes along.
public sealed partial class Smmu
{
    internal SmmuState OwnState => _parts.State;

    internal SmmuCaches OwnCaches { get; }

    internal FlagUpdates OwnUpdates { get; }

    internal void Watch(ISmmuObserver? observer) =>
        _watch.Observer = _parts.Translator.Observer = observer;

    internal Translation OwnTruth(in Transaction transaction) =>
        IsPowered ? _parts.Truth.Translate(transaction) : Outcome.Aborted;

    private ulong Read(uint offset, int bytes)
    {
        var value = _parts.Registers.Read(offset, bytes);
        return _other is null ? value : _other.Read(offset, bytes);
    }

    private void Write(uint offset, int bytes, ulong value)
    {
        _parts.Registers.Write(offset, bytes, value);
        _other?.Write(offset, bytes, value);
    }

    private Translation AccessOther(in Transaction transaction, in Translation emulated)
    {
        var translation = _other!.Access(in transaction, in emulated);
        // A write there has left what the device had; here it moves no data.
        if (translation.Passed && transaction.Write)
            _surroundings.Memory.Restore(translation.Address);
        return translation;
    }

    // What other hardware does not have is never answered by the emulator.
    private T Own<T>(T inside, string what)
    {
        MustBeOwn(what);
        return inside;
    }

    private void MustBeOwn(string what)
    {
        if (_other is not null)
            throw new NotOnThisPlatformException(what);
    }
}
