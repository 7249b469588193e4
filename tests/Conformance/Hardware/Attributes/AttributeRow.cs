using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// One row of the manual's rules for memory attributes, worked out by hand: what comes in, what the stages say, and what goes
/// out, in the manual's notation (§13.1.1).
/// </summary>
/// <param name="Name">Short and unique.</param>
/// <param name="Expected">What goes out.</param>
internal sealed record AttributeRow(string Name, string Expected)
{
    /// <summary>What the device says, as a byte of MAIR and a shareability; the default if it says nothing.</summary>
    public MemoryAttributes Incoming { get; init; }

    /// <summary>The byte of MAIR that the stage 1 leaf selects; null: stage 1 is bypassed.</summary>
    public byte? Mair { get; init; }

    /// <summary>SH of the stage 1 leaf.</summary>
    public Shareability Share1 { get; init; } = Shareability.Inner;

    /// <summary>MemAttr of the stage 2 leaf; null: stage 2 is bypassed.</summary>
    public byte? MemAttr { get; init; }

    /// <summary>SH of the stage 2 leaf.</summary>
    public Shareability Share2 { get; init; } = Shareability.Inner;

    /// <summary>STE.S2FWB.</summary>
    public bool ForcedWriteBack { get; init; }

    /// <summary>PCIe No_snoop.</summary>
    public bool NoSnoop { get; init; }

    /// <summary>What the STE overrides.</summary>
    public Func<Ste, Ste> Override { get; init; } = entry => entry with { SHCFG = ShCfg.Incoming };

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What goes out on an SMMU.</summary>
    public string On(Profile profile)
    {
        StreamId nic = 0xd;
        Iova here = 0x1_2340_0000;
        var rig = new TranslationRig(profile);
        Ste Entry(Ste entry) => Override(entry) with { S2FWB = ForcedWriteBack };
        if (Mair is { } mair)
        {
            Cd Context(Cd cd) => cd with { MAIR0 = (uint)mair << 8 };
            var (tables, second) = MemAttr is null
                ? (rig.Attach(nic, adjust: Context, adjustEntry: Entry).Tables, null)
                : Both(rig.AttachNested(nic, adjust: Context, adjustEntry: Entry));
            var leaf = tables.Leaf(0x2_4000_0000) with { AttrIndx = 1, SH = Share1 };
            tables.Put(here, 3, leaf.Word(0));
            Map(second, 0x2_4000_0000);
        }
        else if (MemAttr is not null)
        {
            Map(rig.AttachStage2(nic, adjustEntry: Entry), here.Value);
        }
        else
        {
            rig.StoreSte(nic, Entry(new Ste { V = true, Config = SteConfig.Bypass }));
            rig.Send(new CfgiSte { StreamID = nic });
        }
        var answer = rig.Smmu.Access(
            new Transaction
            {
                Stream = nic,
                Address = here,
                Attributes = Incoming,
                NoSnoop = NoSnoop,
            }
        );
        return answer.Passed ? answer.Attributes.ToString() : answer.Event.ToString();
    }

    private static (TestTables, Stage2Tables) Both(
        (TestTables Tables, Stage2Tables Second, PhysicalAddress Cd) nested
    ) => (nested.Tables, nested.Second);

    private void Map(Stage2Tables? tables, ulong ipa)
    {
        if (tables is null)
            return;
        var leaf = tables.Leaf(0x1_c000_0000) with { MemAttr = MemAttr!.Value, SH = Share2 };
        tables.Put(new Ipa(ipa), 3, leaf.Word(0));
    }
}
