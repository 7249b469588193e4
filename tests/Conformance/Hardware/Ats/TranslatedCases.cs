using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translated transactions: what passes unseen, what is checked, and what goes through stage 2 (§3.9.1.1, §3.9.1.3).</summary>
public sealed class TranslatedCases
{
    public static IEnumerable<string> Refused => ["smmuen", "bypass", "eats-0"];

    public static IEnumerable<string> Broken => ["stream", "ste-fetch", "ste"];

    /// <summary>§6.3.9.2: without ATSCHK nothing is looked up.</summary>
    [Case(
        "hw.ats.translated.unchecked",
        Level.Architecture,
        "ats.009",
        "ats.075",
        "ats.098",
        "ats.027"
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Without_ATSCHK_everything_passes_unseen(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Configure(check: false);
        scene.Rig.Memory.AbortRange(scene.Rig.SteAt(AtsScene.Nic), 64);
        var log = new AccessLog();
        scene.Rig.Smmu.Observer = log;

        var answer = scene.Translated(AtsScene.Data, write: true);

        Assert.Equal(AtsScene.Data, answer.Address);
        Assert.True(answer.Passed);
        Assert.Empty(log.Kinds);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§13.1.2: from SMMUv3.4 what a device translated before goes out as privileged data, too.</summary>
    [Case("hw.ats.translated.outputs", Level.Architecture, "attributes.029")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Minors))]
    public void Translated_transactions_go_out_as_the_version_says(Profile profile, byte row)
    {
        var scene = new AtsScene(profile with { AIDR = new() { ArchMinorRev = row } });
        scene.Configure(check: false);

        var answer = scene.Translated(AtsScene.Data);

        Assert.Equal((row >= 4, false), (answer.Privileged, answer.Instruction));
    }

    /// <summary>Minor versions on either side of the change.</summary>
    public static IEnumerable<byte> Minors => [3, 4];

    /// <summary>§3.9.1.3, §13.6.3: full ATS passes as it is.</summary>
    [Case("hw.ats.translated.full", Level.Architecture, "ats.009", "ats.089", "ats.120")]
    [AppliesIf(nameof(CannotNest))]
    public void With_full_ATS_a_granted_write_passes_until_the_cache_is_told(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, second, _) = scene.AttachNested();
        Assert.True(scene.Request().Write);
        tables.Put(
            AtsScene.Here,
            3,
            (tables.Leaf(AtsScene.Middle.Value) with { AP = Stage1Ap.ReadOnly }).Word(0)
        );
        second.Put(AtsScene.Middle, 3, 0);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());

        Assert.Equal(AtsScene.Data, scene.Device.Access(AtsScene.Here, write: true)?.Address);

        scene.Rig.Send(new AtcInv { StreamID = AtsScene.Nic, Size = 52 });
        scene.Rig.Send(new Sync());
        Assert.Null(scene.Device.Access(AtsScene.Here, write: true));
        scene.Nothing(scene.Request());
    }

    /// <summary>§3.9.1.3, §7.3.8</summary>
    [Case(
        "hw.ats.translated.forbidden",
        Level.Architecture,
        "ats.025",
        "ats.026",
        "ats.058",
        "ats.076",
        "ats.084",
        "ats.107",
        "ats.009"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Refused))]
    public void Where_ATS_is_off_a_Translated_transaction_is_forbidden(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        scene.SwitchOff(row);

        var answer = scene.Translated(AtsScene.Data + 0x40, write: true);

        Assert.Equal((false, FaultResponse.Abort), (answer.Passed, answer.Response));
        var record = scene.Rig.TakeEvent();
        Assert.True(record.Is<FTranslForbidden>(), $"expected F_TRANSL_FORBIDDEN, was {record}");
        var told = record.As<FTranslForbidden>();
        Assert.Equal((AtsScene.Nic, false), (told.StreamID, told.RnW));
        Assert.Equal(AtsScene.Data.Value + 0x40, told.InputAddr.Value);
    }

    /// <summary>§3.9.1.3</summary>
    [Case("hw.ats.translated.stream-aborts", Level.Architecture, "ats.026", "ats.058", "ats.107")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_stream_that_aborts_does_so_in_silence(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Replace(
            new Ste
            {
                V = true,
                Config = SteConfig.Abort,
                EATS = Eats.Full,
            }
        );

        Assert.Equal(FaultResponse.Abort, Stopped(scene.Translated(AtsScene.Data)));
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.9.1.3: the type is not supported, and nobody is told.</summary>
    [Case("hw.ats.translated.unsupported", Level.Architecture, "ats.029", "ats.108")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void An_unsupported_Translated_transaction_is_aborted_in_silence(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Configure(check: false);

        var answer = scene.Translated(AtsScene.Data, kind: TransactionKind.Unsupported);

        Assert.Equal(FaultResponse.Abort, Stopped(answer));
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.9.1.3, §7.3.22: in silence, unless REC_CFG_ATS.</summary>
    [Case(
        "hw.ats.translated.broken",
        Level.Architecture,
        "ats.027",
        "ats.085",
        "ats.108",
        "ats.109"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Broken))]
    public void Broken_configuration_aborts_and_REC_CFG_ATS_records_it(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        // RECINVSID does not count here.
        scene.Configure(recordStreams: false);
        scene.BreakEntry(row);

        Assert.Equal(FaultResponse.Abort, Stopped(scene.Translated(AtsScene.Data)));

        var records = scene.Rig.TakeEvents();
        if (!profile.IDR0.ATSRECERR)
        {
            Assert.Empty(records);
            return;
        }
        var record = Assert.Single(records);
        Assert.True(
            row switch
            {
                "stream" => record.Is<CBadStreamid>(),
                "ste-fetch" => record.Is<FSteFetch>(),
                _ => record.Is<CBadSte>(),
            },
            $"{row} was recorded as {record}"
        );

        scene = new AtsScene(profile);
        scene.Configure(recordAll: false);
        scene.BreakEntry(row);
        Assert.Equal(FaultResponse.Abort, Stopped(scene.Translated(AtsScene.Data)));
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.9.1.1, §3.9.1: an address that cannot be is aborted in silence, or cut.</summary>
    [Case("hw.ats.translated.too-large", Level.Architecture, "ats.012", "ats.016", "ats.098")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Checks))]
    public void An_address_beyond_the_output_size_is_aborted_or_cut(Profile profile, bool check)
    {
        var scene = new AtsScene(profile);
        scene.Configure(check);
        scene.Attach();

        var answer = scene.Translated(AtsScene.Data + (1ul << profile.IDR5.OAS.ToBits()));

        if (answer.Passed)
            Assert.Equal(AtsScene.Data, answer.Address);
        else
            Assert.Equal(FaultResponse.Abort, answer.Response);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§6.3.9.2: a new ATSCHK counts for what arrives afterwards.</summary>
    [Case("hw.ats.translated.check-changed", Level.Architecture, "ats.117", "ats.075")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_new_ATSCHK_counts_at_once(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Replace(TranslationRig.Stage1(scene.Rig.Allocate(64, 64)));
        Assert.False(scene.Translated(AtsScene.Data).Passed);

        scene.Check(false);
        Assert.True(scene.Translated(AtsScene.Data).Passed);

        scene.Check(true);
        Assert.False(scene.Translated(AtsScene.Data).Passed);
    }

    /// <summary>§13.6.1.1, §13.6.2: No_snoop makes it Non-cacheable, whatever attributes it has.</summary>
    [Case("hw.ats.translated.no-snoop", Level.Architecture, "ats.086", "attributes.033")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void No_snoop_counts_for_a_Translated_transaction(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Configure(check: false);
        var transaction = new Transaction
        {
            Stream = AtsScene.Nic,
            Address = AtsScene.Data.Value,
            Translated = true,
        };

        Assert.True(scene.Rig.Smmu.Access(transaction).Attributes.IsCacheable);
        Assert.Equal(
            MemoryAttributes.NonCacheable,
            scene.Rig.Smmu.Access(transaction with { NoSnoop = true }).Attributes
        );
    }

    public static IEnumerable<bool> Checks => [false, true];

    private static FaultResponse Stopped(Translation answer)
    {
        Assert.False(answer.Passed, $"it must not pass; it went to {answer.Address}");
        return answer.Response;
    }

    private static string? CannotNest(Profile profile) => AtsScene.CannotNest(profile);
}
