using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A store to a word of a structure does not arrive.</summary>
internal sealed class StoreLost(PlaceKind kind, int word, Turn turn) : Wire
{
    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        if (
            PlaceOf(address) is var place
            && place.Kind == kind
            && place.Word == word
            && system.Load(address) != value
            && turn.Comes()
        )
            Changed();
        else
            base.Store(system, address, value);
    }
}

/// <summary>Stores to a kind of structure arrive only after the next command has been handed over.</summary>
internal sealed class StoresLate(PlaceKind kind) : Wire
{
    private readonly Queue<(ISystem System, PhysicalAddress Address, ulong Value)> _held = [];

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        if (PlaceOf(address).Kind != kind)
        {
            base.Store(system, address, value);
            return;
        }
        Changed();
        lock (_held)
            _held.Enqueue((system, address, value));
    }

    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        base.Write32(platform, offset, value);
        if (offset == CmdqProd.Offset)
            foreach (var held in Taken())
                held.System.Store(held.Address, held.Value);
    }

    // Nothing is done while a lock is held: another thread may be given its turn.
    private (ISystem System, PhysicalAddress Address, ulong Value)[] Taken()
    {
        lock (_held)
        {
            var taken = _held.ToArray();
            _held.Clear();
            return taken;
        }
    }
}

/// <summary>The first word of a structure arrives before the others, even if the SMMU is told between.</summary>
internal sealed class FirstWordFirst(PlaceKind kind) : Wire
{
    private readonly Queue<(ISystem System, PhysicalAddress Address, ulong Value)> _held = [];
    private int _handedOver;

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        var place = PlaceOf(address);
        if (place.Kind == kind && place.Word != 0)
        {
            lock (_held)
                _held.Enqueue((system, address, value));
            return;
        }
        base.Store(system, address, value);
        if (place.Kind == kind)
            Release();
    }

    public override ulong Load(ISystem system, PhysicalAddress address)
    {
        lock (_held)
            foreach (var held in _held.Reverse())
                if (held.Address == address)
                    return held.Value;
        return base.Load(system, address);
    }

    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        // The first word does not change: nobody is waiting for it.
        if (offset == CmdqProd.Offset && Interlocked.Increment(ref _handedOver) > 1)
            Release();
        base.Write32(platform, offset, value);
    }

    private void Release()
    {
        (ISystem System, PhysicalAddress Address, ulong Value)[] taken;
        lock (_held)
        {
            taken = [.. _held];
            _held.Clear();
        }
        _handedOver = 0;
        foreach (var held in taken)
        {
            Changed();
            held.System.Store(held.Address, held.Value);
        }
    }
}

/// <summary>A word of a structure arrives changed, each time.</summary>
internal sealed class WordCorrupted(PlaceKind kind, int word, Func<ulong, ulong> change) : Wire
{
    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        if (PlaceOf(address) is var place && place.Kind == kind && place.Word == word)
        {
            var changed = change(value);
            if (changed != value)
                Changed();
            value = changed;
        }
        base.Store(system, address, value);
    }

    public override ulong CompareExchange(
        ISystem system,
        PhysicalAddress address,
        ulong expected,
        ulong value
    ) =>
        PlaceOf(address) is var place && place.Kind == kind && place.Word == word
            ? base.CompareExchange(system, address, expected, change(value))
            : base.CompareExchange(system, address, expected, value);
}

/// <summary>A word of an entry that drivers leave alone is not zero, from the moment in which the entry becomes valid.</summary>
internal sealed class EntrySoiled(int word, ulong bits) : Wire
{
    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        if (
            PlaceOf(address) is { Kind: PlaceKind.Ste, Word: 0 }
            && (value & 1) != 0
            && system.Load(address + (8ul * (ulong)word)) != bits
        )
        {
            Changed();
            system.Store(address + (8ul * (ulong)word), bits);
            system.Clean(address, 64);
            system.Barrier();
        }
        base.Store(system, address, value);
    }
}

/// <summary>
/// A word of the first context descriptor of a table arrives changed: most drivers prepare it before any entry points to it, so it
/// is changed when one is about to.
/// </summary>
internal sealed class ContextCorrupted(int word, ulong flip) : Wire
{
    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        var place = PlaceOf(address);
        if (place.Kind == PlaceKind.Cd && place.Word == word)
        {
            Changed();
            value ^= flip;
        }
        if (place is { Kind: PlaceKind.Ste, Word: 0 })
            Prepared(system, new Ste([value, 0, 0, 0, 0, 0, 0, 0]));
        base.Store(system, address, value);
    }

    private void Prepared(ISystem system, Ste entry)
    {
        if (!entry.V || entry.Config is not (SteConfig.Stage1 or SteConfig.Nested))
            return;
        var first = entry.S1ContextPtr;
        if (entry.S1CDMax > 0 && entry.S1Fmt != S1Fmt.Linear)
            first = new L1Cd([system.Load(first)]).L2Ptr;
        if (first == 0 || PlaceOf(first).Kind == PlaceKind.Cd)
            return;
        var at = first + (8ul * (ulong)word);
        var was = system.Load(at);
        // Whoever has nothing without a PASID leaves it invalid.
        if (!new Cd([system.Load(first), 0, 0, 0, 0, 0, 0, 0]).V)
            return;
        Changed();
        system.Store(at, was ^ flip);
        system.Clean(at, 8);
        system.Barrier();
    }
}
