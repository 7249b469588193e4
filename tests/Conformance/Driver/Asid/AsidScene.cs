using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Domains and devices in numbers, and the tags they have.</summary>
internal static class AsidScene
{
    /// <summary>Stream of the n-th device.</summary>
    public static StreamId StreamOf(int device) => (uint)(1 + device);

    /// <summary>Attaches a device of its own to a new stage 1 domain.</summary>
    public static (Device Device, DomainHandle Domain) Tagged(this TestBench bench, int device)
    {
        var domain = bench.Stage1Domain();
        var added = bench.AddDevice(StreamOf(device));
        bench.Must(bench.Attach(added, domain));
        return (added, domain);
    }

    /// <summary>The tag of a device's translations.</summary>
    public static ushort TagOf(this TestBench bench, Device device) =>
        bench.CdOf(device.Stream).ASID.Value;

    /// <summary>Has the driver make a stage 1 domain; it may refuse.</summary>
    public static Outcome<DomainHandle> TryStage1Domain(this TestBench bench) =>
        bench.CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                Stage = DomainStage.Stage1,
                Smmus = [bench.Handle],
            }
        );

    /// <summary>Makes domains until the driver refuses one; how many it made, and how it refused.</summary>
    /// <param name="bench">Machine and driver.</param>
    /// <param name="most">The case does not apply to a driver that makes more: it gives out tags later.</param>
    public static (List<DomainHandle> Domains, ErrorClass Refusal) Exhaust(
        this TestBench bench,
        int most = 300
    ) => Exhaust(bench.TryStage1Domain, "ASIDs", most);

    /// <summary>The same of domains that are made in some way and have a tag of some kind.</summary>
    public static (List<DomainHandle> Domains, ErrorClass Refusal) Exhaust(
        Func<Outcome<DomainHandle>> make,
        string tags,
        int most
    )
    {
        var domains = new List<DomainHandle>();
        while (domains.Count < most)
        {
            var outcome = make();
            if (!outcome.IsDone)
                return (domains, outcome.Error);
            domains.Add(outcome.Value);
        }
        throw VerdictException.NotApplicable(
            $"the driver gives out {tags} when domains are attached"
        );
    }
}
