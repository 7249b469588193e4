using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using static SmmuConformance.Conformance.Mutants.WireKind;
using static SmmuConformance.Conformance.Mutants.WireMutants;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Stores, barriers and register writes that come in another order.</summary>
internal static class OrderMutants
{
    // What arrives late arrives behind a barrier as well.
    private static readonly string[] s_views =
    [
        "monitor.every-view",
        "monitor.barrier-before-publish",
        "ordering.*",
    ];
    private static readonly string[] s_publish =
    [
        "monitor.barrier-before-publish",
        "monitor.published-slots",
        "ordering.*",
        "queues.*",
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<WireMutant> All { get; } =
    [
        Of(
            Reorder,
            "ste-word-0",
            "The first word of an STE arrives before the others.",
            () => new FirstWordFirst(PlaceKind.Ste),
            s_views,
            "hitless",
            "attach"
        ),
        Of(
            Reorder,
            "cd-word-0",
            "The first word of a CD arrives before the others.",
            () => new FirstWordFirst(PlaceKind.Cd),
            s_views,
            "pasid",
            "cd"
        ),
        Of(
            Delay,
            "ste",
            "Stores to an STE arrive after the commands that tell of it.",
            () => new StoresLate(PlaceKind.Ste),
            [],
            "attach"
        ),
        Of(
            Delay,
            "l1std",
            "Stores to a level 1 stream table descriptor arrive after the commands that tell of it.",
            () => new StoresLate(PlaceKind.L1Std),
            [],
            "strtab"
        ),
        Of(
            Delay,
            "cd",
            "Stores to a CD arrive after the commands that tell of it.",
            () => new StoresLate(PlaceKind.Cd),
            [],
            "pasid"
        ),
        Of(
            Delay,
            "l1cd",
            "Stores to a level 1 context descriptor arrive after the commands that tell of it.",
            () => new StoresLate(PlaceKind.L1Cd),
            [],
            "pasid"
        ),
        Of(
            Delay,
            "descriptors",
            "Stores to translation tables arrive after the commands that tell of them.",
            () => new StoresLate(PlaceKind.TranslationTable),
            [],
            "tlbi"
        ),
        Of(
            Delay,
            "commands",
            "Commands arrive after the write of SMMU_CMDQ_PROD that hands them over.",
            () => new StoresLate(PlaceKind.CommandQueue),
            s_publish,
            "cmdq"
        ),
        Of(
            Delay,
            "barrier",
            "Barriers arrive after the register write that relies on them.",
            () => new BarrierLate(),
            s_publish,
            "cmdq"
        ),
        Of(
            Delay,
            "cr0-acknowledge",
            "Nobody waits for SMMU_CR0ACK.",
            () => new AcknowledgeTaken(Cr0.Offset, Cr0Ack.Offset),
            ["monitor.acknowledge-polled", "registers.*", "reset.*"],
            "init"
        ),
        Of(
            Delay,
            "irq-acknowledge",
            "Nobody waits for SMMU_IRQ_CTRLACK.",
            () => new AcknowledgeTaken(IrqCtrl.Offset, IrqCtrlAck.Offset),
            ["monitor.acknowledge-polled", "registers.*", "msi.*"],
            "init",
            "msi"
        ),
    ];
}
