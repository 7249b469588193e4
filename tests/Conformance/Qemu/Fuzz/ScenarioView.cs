using SmmuConformance.Architecture;
using SmmuConformance.Bench.Qemu;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>A difference with the structures as they were at that step.</summary>
internal sealed class ScenarioView
{
    /// <summary>Of a difference.</summary>
    public ScenarioView(Difference difference)
    {
        Difference = difference;
        var image = new ScenarioImage(Scenario);
        foreach (var step in Scenario.Steps.Take(difference.Step + 1))
            if (step.Change is { } change)
                image.Apply(change);
        (Ste, Cd) = (image.Read<Ste>(Part.Ste), image.Read<Cd>(Part.Cd));
        (Table1, Leaf1) = (
            image.Read<Stage1Table>(Part.Table1),
            image.Read<Stage1Leaf>(Part.Leaf1)
        );
        (Table2, Leaf2) = (
            image.Read<Stage2Table>(Part.Table2),
            image.Read<Stage2Leaf>(Part.Leaf2)
        );
        Structures2 = image.Read<Stage2Leaf>(Part.Structures2);
        Ipa = image.Ipa;
    }

    /// <summary>What differs.</summary>
    public Difference Difference { get; }

    /// <summary>In which scenario.</summary>
    public Scenario Scenario => Difference.Scenario;

    /// <summary>What the emulator made of it.</summary>
    public Answer Ours => Difference.Ours;

    /// <summary>What QEMU made of it.</summary>
    public Answer Theirs => Difference.Theirs;

    /// <summary>The STE.</summary>
    public Ste Ste { get; }

    /// <summary>The CD.</summary>
    public Cd Cd { get; }

    /// <summary>The first descriptor of the stage 1 walk.</summary>
    public Stage1Table Table1 { get; }

    /// <summary>The leaf of the stage 1 walk.</summary>
    public Stage1Leaf Leaf1 { get; }

    /// <summary>The first descriptor of the stage 2 walk.</summary>
    public Stage2Table Table2 { get; }

    /// <summary>The leaf of the stage 2 walk.</summary>
    public Stage2Leaf Leaf2 { get; }

    /// <summary>The stage 2 leaf of the CD and the stage 1 tables.</summary>
    public Stage2Leaf Structures2 { get; }

    /// <summary>The IPA of the scenario's address in a sound configuration.</summary>
    public ulong Ipa { get; }

    /// <summary>The step of the difference.</summary>
    public Happening Step => Scenario.Steps[Difference.Step];

    /// <summary>The address of the access.</summary>
    public ulong Address => Scenario.Address ^ Step.Flip;

    /// <summary>Stage 1 translates.</summary>
    public bool HasStage1 => Ste.Config is SteConfig.Stage1 or SteConfig.Nested;

    /// <summary>Stage 2 translates.</summary>
    public bool HasStage2 => Ste.Config is SteConfig.Stage2 or SteConfig.Nested;

    /// <summary>Both do.</summary>
    public bool IsNested => Ste.Config == SteConfig.Nested;

    /// <summary>The emulator's record, also if the configuration keeps it to itself; null: there was no fault.</summary>
    public EventRecord? OurRecord => Difference.Fault;

    /// <summary>An access of the scenario before this one was of the other direction.</summary>
    public bool FollowsOtherDirection =>
        Scenario.Steps.Take(Difference.Step).Any(step => step.Write != Step.Write);

    /// <summary>QEMU's record, or null.</summary>
    public EventRecord? TheirRecord => Theirs.Records.IsEmpty ? null : Theirs.Records[0];

    /// <summary>Some change, of any step so far, is of a field.</summary>
    public bool Changes(Part part, params ReadOnlySpan<string> fields)
    {
        foreach (
            var change in Scenario.Changes.Concat(
                Scenario
                    .Steps.Take(Difference.Step + 1)
                    .Select(step => step.Change)
                    .OfType<Change>()
            )
        )
            if (change.Part == part && (fields.IsEmpty || fields.Contains(change.Field)))
                return true;
        return false;
    }

    /// <summary>What was recorded, by whomever.</summary>
    public IEnumerable<EventRecord> Records =>
        OurRecord is { } fault ? [fault, .. Theirs.Records] : Theirs.Records;

    /// <summary>The CD, the tables or a descriptor lie where QEMU's machine has devices or flash, and the emulator's nothing.</summary>
    public bool MeetsDevices =>
        HasDevices(Structures2.OutputAddress4K, IsNested)
        || HasDevices(Table1.NextLevelTable4K, Ste.Config == SteConfig.Stage1 && Table1.Valid)
        || HasDevices(Table2.NextLevelTable4K, HasStage2 && Table2.Valid)
        || HasDevices(Cd.TTB0, Ste.Config == SteConfig.Stage1 && !Cd.EPD0)
        || HasDevices(Cd.TTB1, Ste.Config == SteConfig.Stage1 && !Cd.EPD1)
        || HasDevices(Ste.S1ContextPtr, Ste.Config == SteConfig.Stage1)
        || HasDevices(Ste.S2TTB, HasStage2)
        || (
            HasStage1
            && !IsNested
            && Leaf1 is { Valid: true, Type: true }
            && HasDevices(Leaf1.OutputAddress4K, Scenario.Leaf1 < 3)
        )
        || HasDevices(
            Leaf2.OutputAddress4K,
            HasStage2 && Leaf2 is { Valid: true, Type: true } && Scenario.Leaf2 < 3
        );

    /// <summary>An IPA is in a stage 2 table beside the first.</summary>
    public bool IsBeyondFirstTable
    {
        get
        {
            if (!HasStage2)
                return false;
            // A reserved encoding faults before any table is read.
            var page = (Ste.S2TG.ToGranule() ?? Granule.Size64K).PageShift;
            var start = (page == 12 ? 2 : 3) - Ste.S2SL0;
            var shift = page + ((4 - start) * (page - 3));
            ulong[] ipas = IsNested
                ? [ScenarioImage.Context.Value, Ipa, Ipa ^ (Address ^ Scenario.Address)]
                : [Address];
            return shift < 64 && ipas.Any(ipa => ipa >> shift != 0);
        }
    }

    /// <summary>A walk meets a block at a level where there is none.</summary>
    public bool HasReservedBlock =>
        (
            HasStage1
            && (
                (Table1 is { Valid: true, Type: false } && IsReserved(Scenario.Page1, StartOfWalk1))
                || (
                    Scenario.Leaf1 < 3
                    && Leaf1 is { Valid: true, Type: false }
                    && IsReserved(Scenario.Page1, Scenario.Leaf1 - StartLevel1 + StartOfWalk1)
                )
            )
        )
        || (
            HasStage2
            && Table2 is { Valid: true, Type: false }
            && IsReserved(Scenario.Page2, Scenario.Start2)
        );

    /// <summary>The first descriptor of a walk leads to a table beyond the addresses that there are.</summary>
    public bool HasTableBeyond =>
        (HasStage1 && Table1 is { Valid: true, Type: true } && IsBeyond(Table1.NextLevelTable4K))
        || (HasStage2 && Table2 is { Valid: true, Type: true } && IsBeyond(Table2.NextLevelTable4K))
        // What was a block.
        || (
            HasStage1
            && Scenario.Leaf1 < 3
            && Leaf1 is { Valid: true, Type: true }
            && IsBeyond(Leaf1.OutputAddress4K)
        )
        || (
            HasStage2
            && Scenario.Leaf2 < 3
            && Leaf2 is { Valid: true, Type: true }
            && IsBeyond(Leaf2.OutputAddress4K)
        )
        || (
            IsNested
            && Structures2 is { Valid: true, Type: true }
            && IsBeyond(Structures2.OutputAddress4K)
        );

    private static bool IsBeyond(PhysicalAddress address) => address.Value >> 44 != 0;

    // Where the walk was meant to start, and where it starts by the CD.
    private int StartLevel1 => StartLevel(Scenario.Bits1);

    private int StartOfWalk1 => StartLevel(64 - (Scenario.Upper ? Cd.T1SZ : Cd.T0SZ));

    private int StartLevel(int bits) => 3 - ((bits - 1 - Scenario.Page1) / (Scenario.Page1 - 3));

    private static bool IsReserved(int page, int level) => level < (page == 12 ? 1 : 2);

    // Flash and registers below memory, the window of PCIe above it.
    private static bool HasDevices(PhysicalAddress address, bool counts) =>
        counts && (address.Value < QemuMap.Memory || address.Value >> 39 == 1);
}
