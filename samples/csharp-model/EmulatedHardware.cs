using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Samples.Model;

/// <summary>The hardware of one machine, from its reset to the next machine's.</summary>
internal sealed class EmulatedHardware(Machine machine, bool hidesCommandErrors) : IOtherHardware
{
    private readonly Smmu _smmu = machine.Smmus[0];

    public ulong Read(uint offset, int bytes)
    {
        // Nobody says when time passes: hardware has had its turn by the time that somebody looks.
        machine.Run();
        var value = bytes == 8 ? _smmu.Read64(offset) : _smmu.Read32(offset);
        return hidesCommandErrors && offset == CmdqCons.Offset
            ? (new CmdqCons(unchecked((uint)value)) with { ERR = 0 }).Value
            : value;
    }

    public void Write(uint offset, int bytes, ulong value)
    {
        if (bytes == 8)
            _smmu.Write64(offset, value);
        else
            _smmu.Write32(offset, unchecked((uint)value));
    }

    // What the suite's own emulator thinks of it is no business of a model's.
    public Translation Access(in Transaction transaction, in Translation emulated)
    {
        var translation = _smmu.Access(in transaction);
        return Translation.FromOutside(
            translation.Result,
            translation.Passed ? translation.Address : default,
            translation.RecordEvent ? translation.Event : null,
            response: translation.Response
        );
    }

    public void Load(PhysicalAddress start, Span<byte> into)
    {
        if (!machine.Memory.TryRead(start, into))
            throw new NotOnThisPlatformException($"memory at {start}");
    }

    public void Store(PhysicalAddress start, ReadOnlySpan<byte> from)
    {
        if (!machine.Memory.TryWrite(start, from))
            throw new NotOnThisPlatformException($"memory at {start}");
    }

    public void Clear(PhysicalAddress start, ulong bytes) => machine.Memory.Clear(start, bytes);

    public void TellWritten(MemoryPiece told) => machine.Memory.TakeChanges(told);

    public bool Has(PhysicalAddress start, ulong bytes) => !machine.Memory.Aborts(start, bytes);
}
