using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Mutants;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Monitor.BreakageActs;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>One spoiled driver, and the rule it must be found to break.</summary>
/// <param name="Name">What is spoiled.</param>
/// <param name="Rule">Id of the monitor rule.</param>
/// <param name="Message">What its message must contain.</param>
/// <param name="Sabotage">What spoils it.</param>
/// <param name="Act">What is asked of the driver; an exception ends it.</param>
internal sealed record Breakage(
    string Name,
    string Rule,
    string Message,
    Sabotage Sabotage,
    Action<TestBench, Sabotage> Act
)
{
    /// <summary>The hardware.</summary>
    public Profile Profile { get; init; } = Profiles.Qemu10;

    /// <summary>How the bench is set up.</summary>
    public BenchOptions Options { get; init; } = new();

    /// <summary>Rules of the registry that this driver breaks: that it is found out shows that they are watched.</summary>
    public string[] Breaks { get; init; } = [];
}

/// <summary>At least one breakage for each monitor rule.</summary>
internal static class Breakages
{
    public static IReadOnlyList<Breakage> All =>
        [
            .. RegisterBreakages.All,
            .. CommandBreakages.All,
            new(
                "word 0 of an STE first",
                "monitor.every-view",
                "STE 0x10: the SMMU could have read",
                new WordZeroFirst(),
                Attach
            ),
            new(
                "no CMD_CFGI_STE",
                "monitor.invalidate-after-change",
                "CMD_CFGI_STE StreamID=0x10",
                Without(CfgiSte.OpcodeOf),
                Attach
            )
            {
                Breaks =
                [
                    "config-cache.042",
                    "config-cache.056",
                    "config-cache.002",
                    "config-cache.006",
                ],
            },
            new(
                "no CMD_CFGI_STE, stale",
                "monitor.no-stale-entry",
                "Ste",
                Without(CfgiSte.OpcodeOf),
                Attach
            )
            {
                Breaks = ["config-cache.013"],
            },
            new(
                "no CMD_SYNC",
                "monitor.invalidate-after-change",
                "no CMD_SYNC completed",
                Without(Sync.OpcodeOf),
                Attach
            ),
            new(
                "PROD before the entries",
                "monitor.published-slots",
                "was not written since it was last consumed",
                new ProducerFirst(),
                Attach
            ),
            new("no TLBI on unmap", "monitor.no-stale-entry", "Tlb", WithoutTlbi(), Unmap),
            new(
                "ASID reused without flush",
                "monitor.tag-reuse",
                "CMD_TLBI_NH_ASID ASID=0x1",
                WithoutTlbi(),
                ReuseAsid
            ),
            new(
                "reserved bit",
                "monitor.reserved-bits",
                "RES0  0x200000000000000",
                new BitsSet(PlaceKind.Ste, 0, 1ul << 57),
                Attach
            )
            {
                Breaks = ["registers.001"],
            },
            new(
                "field without its feature",
                "monitor.reserved-bits",
                "SMMU_IDR1.ATTR_TYPES_OVR = 0",
                new BitsSet(PlaceKind.Ste, 1, 1ul << 44),
                Attach
            ),
            new(
                "CONT of an entry unlike its neighbours",
                "monitor.contiguous-entries",
                "the entry of stream 0x10 has CONT = 1, but that of stream 0x11 differs from it",
                new BitsSet(PlaceKind.Ste, 1, 1ul << 13),
                Attach
            )
            {
                Breaks = ["config-cache.041", "stream-table.018"],
            },
            new(
                "CR0 not polled",
                "monitor.acknowledge-polled",
                "SMMU_CR0ACK was never read as",
                new AcknowledgeTaken(Cr0.Offset, Cr0Ack.Offset),
                Probe
            )
            {
                Breaks = ["registers.022"],
            },
            new(
                "no barriers",
                "monitor.barrier-before-publish",
                "no barrier",
                new BarriersDropped(),
                Attach
            )
            {
                Breaks = ["ordering.015", "ordering.023"],
            },
            new(
                "no cleaning",
                "monitor.clean-before-publish",
                "was not cleaned before",
                new CleansDropped(),
                Attach
            )
            {
                Breaks = ["ordering.017"],
                Profile = Profiles.NonCoherent,
            },
            new(
                "table freed before CMD_SYNC",
                "monitor.free-unreachable",
                "no CMD_SYNC has completed since its invalidation",
                Without(Sync.OpcodeOf),
                Remove
            )
            {
                Breaks = ["config-cache.016"],
            },
            new(
                "table of pages freed before its invalidation",
                "monitor.free-unreachable",
                "table descriptor",
                WithoutTlbi(),
                UnmapTable
            ),
            new(
                "big-endian table of pages freed before its invalidation",
                "monitor.free-unreachable",
                "table descriptor",
                WithoutTlbi(),
                UnmapTable
            )
            {
                Profile = Profiles.BigEndian,
            },
            new(
                "store at half a word",
                "monitor.aligned-access",
                "not a multiple of 8",
                new StoreMoved(PlaceKind.Ste, 4),
                Attach
            )
            {
                Breaks = ["contract.store-words"],
            },
            new(
                "store to memory of another",
                "monitor.owned-memory",
                "which is not allocated",
                new StoreMoved(PlaceKind.Ste, 0x2000_0000),
                Attach
            ),
            new(
                "table register while enabled",
                "monitor.register-access",
                "while Smmuen",
                new ExtraWrite(StrtabBaseCfg.Offset, 0),
                Attach
            )
            {
                Breaks = ["registers.025"],
            },
            new(
                "unknown opcode",
                "monitor.legal-commands",
                "CERROR_ILL",
                new BitsSet(PlaceKind.CommandQueue, 0, 0xff),
                Attach
            ),
            new(
                "no CMD_ATC_INV",
                "monitor.device-caches",
                "the ATC of 0x10 still holds",
                Without(AtcInv.OpcodeOf),
                UnmapAts
            )
            {
                Profile = Profiles.Maximal,
            },
            new(
                "ATS on from the start",
                "monitor.device-caches",
                "ATS is switched on at 0x10 while its entry does not allow it",
                new EnablesChanged(enables => enables | DeviceEnables.Ats) { Armed = true },
                AttachAts
            )
            {
                Profile = Profiles.Maximal,
            },
            new(
                "ATS never off",
                "monitor.device-caches",
                "does not allow ATS any more",
                new EnablesChanged(enables => enables | DeviceEnables.Ats),
                DetachAts
            )
            {
                Profile = Profiles.Maximal,
            },
            new(
                "ATS never on",
                "monitor.device-caches",
                "off all the time",
                new EnablesChanged(enables => enables & ~DeviceEnables.Ats) { Armed = true },
                UnmapAts
            )
            {
                Profile = Profiles.Maximal,
            },
            new(
                "PASIDs off before ATS",
                "monitor.device-caches",
                "PASIDs of 0x10 are switched while ATS is on",
                new EnablesChanged(enables =>
                    enables.HasFlag(DeviceEnables.Ats) ? DeviceEnables.Ats : enables
                )
                {
                    Armed = true,
                },
                AttachAts
            )
            {
                Profile = Profiles.Maximal,
            },
            new(
                "ATS in units of another granule",
                "monitor.device-caches",
                "a smallest translation unit of 2^16 bytes; SMMU_IDR5 says 2^12",
                new UnitChanged(16) { Armed = true },
                AttachAts
            )
            {
                Profile = Profiles.Maximal,
            },
        ];
}
