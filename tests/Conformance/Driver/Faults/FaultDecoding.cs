using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Whose matter an event is, for every event there is.</summary>
public sealed class FaultDecoding
{
    private static readonly StreamId Nic = 0x10;

    /// <summary>A record with every field filled that does not ask for an answer.</summary>
    public sealed record Sample(EventRecord Record)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            LayoutCatalogue.Event(Record.Id)!.Name.ToLowerInvariant().Replace('_', '-');
    }

    // The four that a page of the owner's causes. §7.3.13 to §7.3.16
    public static IEnumerable<Sample> Translations =>
        [
            Of(
                new FTranslation
                {
                    StreamID = Nic,
                    RnW = true,
                    CLASS = EventClass.IN,
                    InputAddr = 0x1234_5678,
                }
            ),
            Of(
                new FAddrSize
                {
                    StreamID = Nic,
                    PnU = true,
                    CLASS = EventClass.IN,
                    InputAddr = 0x1234_5678,
                }
            ),
            Of(
                new FAccess
                {
                    StreamID = Nic,
                    InD = true,
                    RnW = true,
                    CLASS = EventClass.IN,
                    InputAddr = 8,
                }
            ),
            Of(
                new FPermission
                {
                    StreamID = Nic,
                    CLASS = EventClass.IN,
                    InputAddr = 0xffff_0000_0000_0000,
                }
            ),
        ];

    // What the driver has configured, or where it has put it. §7.3.3 to §7.3.11
    public static IEnumerable<Sample> Configurations =>
        [
            Of(new CBadStreamid { StreamID = Nic }),
            Of(new FSteFetch { StreamID = Nic, FetchAddr = 0x8000_0040 }),
            Of(new CBadSte { StreamID = Nic }),
            Of(new FStreamDisabled { StreamID = Nic }),
            Of(new CBadSubstreamid { StreamID = Nic, SubstreamID = 5 }),
            Of(
                new FCdFetch
                {
                    StreamID = Nic,
                    SSV = true,
                    SubstreamID = 5,
                    FetchAddr = 0x8000_0040,
                }
            ),
            Of(new CBadCd { StreamID = Nic }),
        ];

    // Neither a page fault of the owner's nor, for certain, a configuration error.
    public static IEnumerable<Sample> Others =>
        [
            Of(new FUut { StreamID = Nic }),
            Of(new FBadAtsTreq { StreamID = Nic }),
            Of(new FTranslForbidden { StreamID = Nic }),
            Of(
                new FWalkEabt
                {
                    StreamID = Nic,
                    CLASS = EventClass.TTD,
                    FetchAddr = 0x8000_0040,
                }
            ),
            Of(new FTlbConflict { StreamID = Nic }),
            Of(new FCfgConflict { StreamID = Nic }),
            Of(new FVmsFetch { StreamID = Nic }),
        ];

    [Case("fault.decode.translation", Level.Contract, "contract.report-owner", "faults.004")]
    [Rows(nameof(Translations))]
    public void A_fault_of_a_page_is_the_owners_matter(Profile profile, Sample sample)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);
        bench.Smmu.Record(sample.Record);

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal(FaultKind.Translation, report.Kind);
        Assert.Equal(device.Handle, report.Master);
        Assert.Equal(sample.Record, report.Record);
    }

    [Case("fault.decode.configuration", Level.Contract, "contract.report-owner", "faults.014")]
    [Rows(nameof(Configurations))]
    public void A_configuration_error_is_no_page_fault(Profile profile, Sample sample)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(Nic);
        bench.Smmu.Record(sample.Record);

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal(FaultKind.Configuration, report.Kind);
        Assert.Equal(device.Handle, report.Master);
        Assert.Equal(sample.Record, report.Record);
    }

    [Case(
        "fault.decode.other",
        Level.Contract,
        "contract.interrupt-once",
        "faults.004",
        "stall.056"
    )]
    [Rows(nameof(Others))]
    public void An_event_of_another_kind_is_not_taken_for_a_page_fault(
        Profile profile,
        Sample sample
    )
    {
        using var bench = TestBench.Start(profile);
        bench.AddDevice(Nic);
        bench.Smmu.Record(sample.Record);

        bench.ServeInterrupts();

        Assert.DoesNotContain(bench.System.Reports, report => report.Kind == FaultKind.Translation);
        Assert.DoesNotContain(bench.Commands, command => command.Is<Resume>());
        Assert.Equal(bench.Producer().WR, bench.Consumer().RD);
    }

    [Case("fault.not-stalled", Level.Architecture, "stall.046", "stall.005")]
    [Rows(nameof(Translations))]
    public void A_fault_that_does_not_stall_is_not_answered(Profile profile, Sample sample)
    {
        using var bench = TestBench.Start(profile);
        bench.AddDevice(Nic);
        bench.Smmu.Record(sample.Record);
        var mark = bench.Trace.Mark;

        bench.ServeInterrupts();

        Assert.Empty(bench.CommandsSince(mark));
    }

    private static Sample Of<T>(T record)
        where T : struct, IEvent<T> => new(EventRecord.From(record));
}
