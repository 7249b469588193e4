using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Commands that the SMMU refuses with CERROR_ILL, and commands that it merely ignores.</summary>
public sealed class IllegalCommands
{
    /// <summary>A command, and why it is illegal.</summary>
    public sealed record Row(string Name, Command Command)
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>Illegal on the Non-secure queue of every SMMU.</summary>
    public static IEnumerable<Row> Always =>
        [
            new("opcode-0", new Command(0, 0)),
            new("opcode-reserved", new Command(0x42, 0)),
            new("opcode-impdef", new Command(0x80, 0)),
            new("opcode-high", new Command(0xff, 0)),
            new("el3-all", new Command((ulong)CommandOpcode.TlbiEl3All, 0)),
            new("el3-va", new Command((ulong)CommandOpcode.TlbiEl3Va, 0)),
            new("s-el2-all", new Command((ulong)CommandOpcode.TlbiSEl2All, 0)),
            new("s-s12-vmall", new Command((ulong)CommandOpcode.TlbiSS12Vmall, 0)),
            new("snh-all", new Command((ulong)CommandOpcode.TlbiSnhAll, 0)),
            new("ste-ssec", new CfgiSte { SSec = true }),
            new("ste-range-ssec", new CfgiSteRange { SSec = true }),
            new("cfgi-all-ssec", CfgiSteRange.All with { SSec = true }),
            new("prefetch-ssec", new PrefetchConfig { SSec = true }),
            new("prefetch-ns", new PrefetchAddr { NS = true }),
            new("sync-cs-3", new Sync { CS = (CompletionSignal)3 }),
            new("ste-reserved-8", With<CfgiSte>(new(), 1ul << 8, 0)),
            new("ste-reserved-127", With<CfgiSte>(new(), 0, 1ul << 63)),
            new("sync-reserved-14", With<Sync>(new(), 1ul << 14, 0)),
            new("nsnh-reserved-32", With<TlbiNsnhAll>(new(), 1ul << 32, 0)),
        ];

    /// <summary>§4.1.3, §4.1.5, §4.1.6, §7.1</summary>
    [Case(
        "hw.commands.illegal",
        Level.Architecture,
        "commands.013",
        "commands.052",
        "commands.029"
    )]
    [Rows(nameof(Always))]
    public void An_illegal_command_is_refused(Profile profile, Row row)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(row.Command);

        Assert.Equal(CommandError.Illegal, error);
        Assert.Equal(1u, rig.Unconsumed);
    }

    /// <summary>§4.4.2.7 to §4.4.2.10</summary>
    [Case("hw.commands.hyp", Level.Architecture, "tlb.039")]
    [Rows(nameof(Hypervisor))]
    public void A_hypervisor_invalidation_is_legal_exactly_with_Hyp(Profile profile, Row row)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(row.Command);

        Assert.Equal(profile.IDR0.Hyp ? CommandError.None : CommandError.Illegal, error);
    }

    /// <summary>Invalidations of the hypervisor's regime.</summary>
    public static IEnumerable<Row> Hypervisor =>
        [
            new("all", new TlbiEl2All()),
            new("asid", new TlbiEl2Asid()),
            new("va", new TlbiEl2Va()),
            new("vaa", new TlbiEl2Vaa()),
        ];

    /// <summary>§4.4.2, §4.3.3</summary>
    [Case("hw.commands.stage1", Level.Architecture, "tlb.038", "commands.027")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Stage1))]
    public void A_stage_1_command_is_legal_exactly_with_stage_1(Profile profile, Row row)
    {
        var without = profile with
        {
            IDR0 = profile.IDR0 with { S1P = false, Hyp = false, S2P = true },
        };

        Assert.Equal(CommandError.None, Rig.Started(profile).Judge(row.Command));
        Assert.Equal(CommandError.Illegal, Rig.Started(without).Judge(row.Command));
    }

    /// <summary>Commands about stage 1.</summary>
    public static IEnumerable<Row> Stage1 =>
        [
            new("nh-all", new TlbiNhAll()),
            new("nh-asid", new TlbiNhAsid()),
            new("nh-va", new TlbiNhVa()),
            new("nh-vaa", new TlbiNhVaa()),
            new("cfgi-cd", new CfgiCd()),
            new("cfgi-cd-all", new CfgiCdAll()),
        ];

    /// <summary>§4.4.3</summary>
    [Case("hw.commands.stage2", Level.Architecture, "commands.052")]
    [Rows(nameof(Stage2))]
    public void A_stage_2_invalidation_is_legal_exactly_with_stage_2(Profile profile, Row row)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(row.Command);

        Assert.Equal(profile.IDR0.S2P ? CommandError.None : CommandError.Illegal, error);
    }

    /// <summary>Commands about stage 2.</summary>
    public static IEnumerable<Row> Stage2 =>
        [new("vmall", new TlbiS12Vmall()), new("ipa", new TlbiS2Ipa { Leaf = true })];

    /// <summary>§4.5, §4.6, §4.7, §4.3.5: where nothing is wrong the command is consumed, because translation is off.</summary>
    [Case("hw.commands.features", Level.Architecture, "ats.052", "pri.005", "stall.028")]
    public void A_command_of_an_absent_feature_is_illegal(Profile profile)
    {
        Check(profile.IDR0.ATS, new AtcInv());
        Check(profile.IDR0.PRI, new PriResp { Resp = PriResponse.Success });
        Check(profile.CanStall, new Resume());
        Check(profile.CanStall, new StallTerm());
        if (!profile.IDR3.MPAM)
            Check(false, new CfgiVmsPidm());
        if (!profile.IDR3.DPT)
            Check(false, new DptiAll());

        void Check(bool legal, Command command) =>
            Assert.Equal(
                legal ? CommandError.None : CommandError.Illegal,
                Rig.Started(profile).Judge(command)
            );
    }

    /// <summary>§4.1.3: an error goes before being ignored.</summary>
    [Case("hw.commands.illegal-before-ignored", Level.Architecture, "commands.015")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void A_command_that_would_be_ignored_is_still_refused_if_it_is_illegal(Profile profile)
    {
        var rig = Rig.Started(profile);

        var error = rig.Judge(new PriResp { Resp = (PriResponse)3 });

        Assert.Equal(CommandError.Illegal, error);
    }

    /// <summary>§4.5.1, §4.5.2: while translation is off there is no ATS interface.</summary>
    [Case("hw.commands.ats-off", Level.Architecture, "ats.067")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void An_ATC_invalidation_is_ignored_while_translation_is_off(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(new AtcInv { Size = 52 });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal("4.5.1", Assert.Single(rig.Seen.Ignored));
    }

    /// <summary>§4.1.7: of the permitted outcomes, nothing happens.</summary>
    [Case("hw.commands.out-of-range", Level.Architecture, "commands.022", "commands.065")]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtMost = 31)]
    public void A_command_for_a_StreamID_beyond_the_SMMU_has_no_effect(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(new CfgiSte { StreamID = new(1u << profile.IDR1.SIDSIZE), Leaf = true });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal("4.1.7", Assert.Single(rig.Seen.Ignored));
    }

    /// <summary>§4.3.6: with Range 31 the StreamID is ignored, so it cannot be out of range.</summary>
    [Case("hw.commands.cfgi-all", Level.Architecture, "commands.052")]
    public void The_invalidation_of_everything_ignores_its_StreamID(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(CfgiSteRange.All with { StreamID = new(uint.MaxValue) });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Empty(rig.Seen.Ignored);
    }

    /// <summary>§4.4: the upper half of an 8-bit ASID is reserved, and no error.</summary>
    [Case("hw.commands.wide-asid", Level.Architecture, "tlb.025", "commands.065")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void An_ASID_wider_than_the_SMMU_has_invalidates_nothing(Profile profile)
    {
        var rig = Rig.Started(profile);

        rig.Submit(new TlbiNhAsid { ASID = 0x100 });

        Assert.Equal(0u, rig.Unconsumed);
        Assert.Equal("4.4", Assert.Single(rig.Seen.Ignored));
    }

    private static Command With<T>(T command, ulong word0, ulong word1)
        where T : struct, ICommand<T> => new(command.Word(0) | word0, command.Word(1) | word1);
}
