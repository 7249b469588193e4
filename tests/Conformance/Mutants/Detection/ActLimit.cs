using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Monitor;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Stops a driver that never comes to an end: with a bug in it, it may do something for ever.</summary>
internal sealed class ActLimit : Sabotage
{
    // Far more than any case needs of one machine.
    private const int Most = 20_000_000;

    private int _acts;

    public override ulong Load(ISystem system, PhysicalAddress address)
    {
        Count();
        return base.Load(system, address);
    }

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        Count();
        base.Store(system, address, value);
    }

    public override void Barrier(ISystem system)
    {
        Count();
        base.Barrier(system);
    }

    public override void Relax(ISystem system)
    {
        Count();
        base.Relax(system);
    }

    public override uint Read32(IPlatform platform, uint offset)
    {
        Count();
        return base.Read32(platform, offset);
    }

    private void Count()
    {
        if (Interlocked.Increment(ref _acts) > Most)
            throw new InvalidOperationException(
                $"the driver has done {Most} things and does not come to an end"
            );
    }
}
