using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What an SMMU says of words that nobody has given it: for who has a dump in hand. The rules are those by which the
/// emulator itself refuses entries and commands, and no others.
/// </summary>
public static class Legality
{
    private const string BadSte = "ILLEGAL, every transaction of the stream aborts with C_BAD_STE";
    private const string BadCd = "ILLEGAL, every transaction that uses it aborts with C_BAD_CD";

    /// <summary>Everything that makes a stream table entry ILLEGAL.</summary>
    public static IReadOnlyList<Objection> Of(in Ste ste, Profile profile) =>
        [
            .. SteValidity
                .EveryBroken(in ste, profile)
                .Select(rule => new Objection(rule.Field, rule.Says, "§5.2, §5.2.2", BadSte)),
        ];

    /// <summary>Everything that makes a context descriptor ILLEGAL.</summary>
    /// <param name="cd">The descriptor.</param>
    /// <param name="ste">The entry that leads to it.</param>
    /// <param name="profile">The SMMU.</param>
    /// <param name="e2h">SMMU_CR2.E2H.</param>
    public static IReadOnlyList<Objection> Of(in Cd cd, in Ste ste, Profile profile, bool e2h)
    {
        var entry = EntryOf(in ste, profile, e2h);
        return
        [
            .. CdValidity
                .EveryBroken(in cd, in entry, profile)
                .Select(rule => new Objection(rule.Field, rule.Says, "§5.4, §5.4.2", BadCd)),
        ];
    }

    /// <summary>Why an enabled SMMU refuses a command, or does nothing for it; null: it carries it out.</summary>
    /// <exception cref="NotModelledException">The command asks for what is not modelled.</exception>
    public static Objection? Of(in Command command, Profile profile)
    {
        var state = new SmmuState(profile) { Cr0Ack = new() { SMMUEN = true } };
        var verdict = CommandRules.Judge(command, state);
        var clause = LayoutCatalogue.Command(command.Opcode)?.Clause;
        if (verdict.Error != CommandError.None)
            return new(
                "",
                CommandWords.Plain(verdict.Why!),
                clause is null ? "§4.1.3, §7.1" : $"§{clause}, §7.1",
                "CERROR_ILL, the queue stops at it"
            );
        return verdict.Ignored is { } ignored
            ? new("", verdict.Why!, $"§{ignored}", "the command has no effect")
            : null;
    }

    /// <summary>What is wrong with a level 1 stream table descriptor that has a leaf.</summary>
    /// <param name="level1">The descriptor.</param>
    /// <param name="split">SMMU_STRTAB_BASE_CFG.SPLIT.</param>
    public static Objection? Of(in L1Std level1, int split) =>
        level1.Span == 0 || StreamTable.Allows(in level1, split)
            ? null
            : new Objection(
                nameof(L1Std.Span),
                level1.Valid ? $"is more than SPLIT + 1 = {split + 1}" : "is Reserved",
                "§5.1, §7.3.3",
                "there is no leaf, every transaction of its streams aborts with C_BAD_STREAMID"
            );

    /// <summary>What is wrong with a level 1 context descriptor that has a leaf.</summary>
    /// <param name="level1">The descriptor.</param>
    /// <param name="nested">Stage 2 translates too.</param>
    /// <param name="profile">The SMMU.</param>
    public static Objection? Of(in L1Cd level1, bool nested, Profile profile) =>
        !level1.V || ContextTable.IsInRange(in level1, nested, profile)
            ? null
            : new Objection(
                nameof(L1Cd.L2Ptr),
                nested ? "is beyond the IPA size" : "is beyond the output address size",
                "§5.3, §7.3.9",
                "every transaction that uses it aborts with C_BAD_SUBSTREAMID"
            );

    /// <summary>Fields of a stream table entry that an SMMU without a feature does not look at, each with the reason.</summary>
    public static IReadOnlyDictionary<string, string> Ignored(in Ste ste, Profile profile)
    {
        var subject = new SteSubject(in ste, profile);
        var ignored = new Dictionary<string, string>();
        if (!subject.ReadsEats)
            ignored[nameof(Ste.EATS)] = "SMMU_IDR0.ATS = 0";
        if (!subject.ReadsStrw)
            ignored[nameof(Ste.STRW)] = "SMMU_IDR0.Hyp = 0 or SMMU_IDR0.S1P = 0";
        if (!subject.ReadsVmid)
            ignored[nameof(Ste.S2VMID)] = "SMMU_IDR0.S2P = 0";
        if (subject.IDR1.SSIDSIZE == 0)
            ignored[nameof(Ste.S1Fmt)] =
                ignored[nameof(Ste.S1DSS)] =
                ignored[nameof(Ste.S1CDMax)] =
                    "SMMU_IDR1.SSIDSIZE = 0";
        return ignored;
    }

    /// <summary>Fields of a context descriptor that the regime of its stream does not look at, each with the reason.</summary>
    /// <param name="cd">The descriptor.</param>
    /// <param name="ste">The entry that leads to it.</param>
    /// <param name="profile">The SMMU.</param>
    /// <param name="e2h">SMMU_CR2.E2H.</param>
    public static IReadOnlyDictionary<string, string> Ignored(
        in Cd cd,
        in Ste ste,
        Profile profile,
        bool e2h
    )
    {
        var entry = EntryOf(in ste, profile, e2h);
        if (new CdSubject(in cd, in entry, profile).TwoRanges)
            return new Dictionary<string, string>();
        string[] oneRange =
        [
            "EPD0",
            "EPD1",
            "T1SZ",
            "TG1",
            "IR1",
            "OR1",
            "SH1",
            "TBI1",
            "TTB1",
            "ASID",
        ];
        return oneRange.ToDictionary(field => field, _ => "the regime is NS-EL2");
    }

    private static SteEntry EntryOf(in Ste ste, Profile profile, bool e2h) =>
        new() { Ste = ste, World = SteEntry.WorldOf(in ste, profile, e2h) };
}
