using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Monitor.BreakageActs;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>Drivers whose commands do not do what has to be done.</summary>
internal static class CommandBreakages
{
    private static readonly Profile s_withoutSubstreams = Profiles.Maximal with
    {
        Name = "without-substreams",
        IDR1 = Profiles.Maximal.IDR1 with { SSIDSIZE = 0 },
    };

    public static IReadOnlyList<Breakage> All =>
        [
            new(
                "no CMD_CFGI_CD",
                "monitor.invalidate-after-change",
                "CMD_CFGI_CD",
                Without((byte)CommandOpcode.CfgiCd),
                AttachPasid
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["config-cache.045"],
            },
            new(
                "only the leaf of a context table",
                "monitor.invalidate-after-change",
                "CMD_CFGI_CD",
                new CommandsChanged<CfgiCd>(command => command with { Leaf = true }),
                AttachFarPasid
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["substream.011", "config-cache.044"],
            },
            new(
                "leaf of a context table before its content",
                "monitor.barrier-before-publish",
                "no barrier",
                new BarriersDropped(),
                AttachFarPasid
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["substream.024"],
            },
            new(
                "the first stream alone",
                "monitor.invalidate-after-change",
                "StreamID=0x11",
                new CommandsChanged<CfgiCd>(command => command with { StreamID = Nic }),
                AttachTwo
            )
            {
                Breaks = ["config-cache.047"],
            },
            new(
                "prefetch of a substream where there are none",
                "monitor.reserved-bits",
                "SMMU_IDR1.SSIDSIZE = 0",
                new CommandsChanged<CfgiSte>(command => new PrefetchConfig
                {
                    StreamID = command.StreamID,
                    SSV = true,
                }),
                Attach
            )
            {
                Profile = s_withoutSubstreams,
                Breaks = ["commands.023"],
            },
            new(
                "ATC invalidation of a PASID where there are none",
                "monitor.reserved-bits",
                "SMMU_IDR1.SSIDSIZE = 0",
                new CommandsChanged<AtcInv>(command => command with { SSV = true }),
                UnmapAts
            )
            {
                Profile = s_withoutSubstreams,
                Breaks = ["ats.049"],
            },
            new(
                "EATS from full to split",
                "monitor.ats-changes",
                "EATS of the live entry of stream 0x10 goes from Full to SplitStage",
                new EntryWord(Nic, 1, word => word ^ 0b11ul << 28),
                UnmapAts
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["ats.038"],
            },
            new(
                "ATSCHK cleared with split-stage ATS",
                "monitor.ats-changes",
                "ATSCHK is cleared while the entry of stream 0x10 has split-stage ATS",
                new EntryWord(
                    Nic,
                    1,
                    word => word | 0b10ul << 28,
                    platform => platform.Write32(Cr0.Offset, 0x0f)
                ),
                UnmapStage2
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["ats.039", "ats.074"],
            },
            new(
                "stalls ended while the stream translates",
                "monitor.stall-termination",
                "while the entry of the stream lets accesses pass",
                new CommandsChanged<CfgiSte>(command => new StallTerm
                {
                    StreamID = command.StreamID,
                }),
                Attach
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["stall.034"],
            },
            new(
                "S2FWB where there is none",
                "monitor.reserved-bits",
                "SMMU_IDR3.FWB = 0",
                new BitsSet(PlaceKind.Ste, 1, 1ul << 25),
                Attach
            )
            {
                Breaks = ["s2fwb.004"],
            },
        ];
}
