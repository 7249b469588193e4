using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>What is asked of a spoiled driver. Each arms the sabotage when what came before has gone well.</summary>
internal static class BreakageActs
{
    /// <summary>Stream of the one device.</summary>
    public static readonly StreamId Nic = 0x10;

    public static CommandsDropped Without(byte opcode) => new(o => o == opcode);

    public static CommandsDropped WithoutTlbi() => new(opcode => opcode is >= 0x10 and <= 0x30);

    public static void Probe(TestBench bench, Sabotage sabotage)
    {
        sabotage.Armed = true;
        bench.Must(bench.Probe());
    }

    public static void Attach(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        var domain = Mapped(bench);
        sabotage.Armed = true;
        bench.Must(bench.Attach(device, domain));
    }

    public static void Unmap(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        var domain = Mapped(bench);
        bench.Must(bench.Attach(device, domain));
        bench.Dma(device, 0x1_0000ul);
        sabotage.Armed = true;
        bench.Must(bench.Unmap(domain, 0x1_0000ul, 0x1000));
    }

    public static void UnmapTable(TestBench bench, Sabotage sabotage)
    {
        const ulong Span = 0x20_0000;
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        var domain = bench.Stage1Domain();
        // Not aligned for a block.
        bench.Must(bench.Map(domain, Span, 0x4000_1000ul, Span));
        bench.Must(bench.Attach(device, domain));
        sabotage.Armed = true;
        bench.Must(bench.Unmap(domain, Span, Span));
    }

    public static void Remove(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        bench.Must(bench.Attach(device, Mapped(bench)));
        sabotage.Armed = true;
        bench.Must(bench.RemoveDevice(device));
    }

    public static void ReuseAsid(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        sabotage.Armed = true;
        for (var round = 0; round < 2; round++)
        {
            var domain = Mapped(bench);
            bench.Must(bench.Attach(device, domain));
            bench.Must(bench.Detach(device));
            bench.Must(bench.FreeDomain(domain));
        }
    }

    public static Device AttachedAts(TestBench bench)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [Nic],
                Ats = true,
                SubstreamBits = 4,
            }
        );
        bench.Must(bench.Attach(device, Mapped(bench)));
        return device;
    }

    public static void AttachAts(TestBench bench, Sabotage sabotage) => AttachedAts(bench);

    public static void DetachAts(TestBench bench, Sabotage sabotage)
    {
        var device = AttachedAts(bench);
        sabotage.Armed = true;
        bench.Must(bench.Detach(device));
    }

    public static void UnmapAts(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [Nic],
                Ats = true,
            }
        );
        var domain = Mapped(bench);
        bench.Must(bench.Attach(device, domain));
        bench.Devices.CacheOf(0, Nic).Request(new() { Address = 0x1_0000ul });
        sabotage.Armed = true;
        bench.Must(bench.Unmap(domain, 0x1_0000ul, 0x1000));
    }

    public static DomainHandle Mapped(TestBench bench)
    {
        var domain = bench.Stage1Domain();
        bench.Must(bench.Map(domain, 0x1_0000ul, 0x4000_0000ul, 0x4000));
        return domain;
    }

    /// <summary>A device gets a domain under a PASID: the first in its table.</summary>
    public static void AttachPasid(TestBench bench, Sabotage sabotage) =>
        AttachPasid(bench, sabotage, 1u);

    /// <summary>The same in another leaf of a table of two levels.</summary>
    public static void AttachFarPasid(TestBench bench, Sabotage sabotage) =>
        AttachPasid(bench, sabotage, 5000u);

    /// <summary>A device of two streams gets a domain.</summary>
    public static void AttachTwo(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(
            new MasterDescription { Name = "nic", Streams = [Nic, Nic.Value + 1] }
        );
        bench.Must(bench.Attach(device, Mapped(bench)));
        var next = Mapped(bench);
        sabotage.Armed = true;
        bench.Must(bench.Attach(device, next));
    }

    /// <summary>A fault is told, so that the event queue has moved.</summary>
    public static void Fault(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        bench.Must(bench.Attach(device, Mapped(bench)));
        bench.Dma(device, 0x7000_0000ul);
        bench.ServeInterrupts();
        sabotage.Armed = true;
        bench.Must(bench.Unmap(Mapped(bench), 0x1_0000ul, 0x1000));
        bench.Must(bench.Detach(device));
    }

    /// <summary>A page goes from a stage 2 domain.</summary>
    public static void UnmapStage2(TestBench bench, Sabotage sabotage)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(Nic);
        var domain = bench.PagingDomain(DomainStage.Stage2, [0]);
        bench.Must(bench.Map(domain, 0x1_0000ul, 0x4000_0000ul, 0x4000));
        bench.Must(bench.Attach(device, domain));
        sabotage.Armed = true;
        bench.Must(bench.Unmap(domain, 0x1_0000ul, 0x1000));
    }

    /// <summary>Probe, with the sabotage on from the start.</summary>
    public static void ProbeArmed(TestBench bench, Sabotage sabotage)
    {
        sabotage.Armed = true;
        bench.Must(bench.Probe());
    }

    private static void AttachPasid(TestBench bench, Sabotage sabotage, SubstreamId pasid)
    {
        bench.Must(bench.Probe());
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [Nic],
                SubstreamBits = 16,
            }
        );
        bench.Must(bench.AttachPasid(device, 2u, Mapped(bench)));
        var domain = Mapped(bench);
        sabotage.Armed = true;
        bench.Must(bench.AttachPasid(device, pasid, domain));
    }
}
