using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A level 1 stream table descriptor as it was read.</summary>
internal struct L1StdEntry
{
    /// <summary>Its word.</summary>
    public L1Std Value;

    /// <summary>Where it stands.</summary>
    public PhysicalAddress At;
}

/// <summary>A stream table entry as it was read, judged once.</summary>
internal struct SteEntry
{
    /// <summary>Its words.</summary>
    public Ste Ste;

    /// <summary>Where it stands.</summary>
    public PhysicalAddress At;

    /// <summary>The rule that makes it invalid; null if it is valid.</summary>
    public ValidityRule<SteSubject>? Broken;

    /// <summary>The regime of its stage 1.</summary>
    public StreamWorld World;

    /// <summary>Substreams are enabled and supported (§5.2, S1CDMax).</summary>
    public bool Substreams;

    /// <summary>Some field replaces what transactions bring.</summary>
    public bool HasOverrides;

    /// <summary>Stage 2 translates, but by tables that are not modelled; <see cref="Stage2"/> is empty.</summary>
    public bool Stage2NotModelled;

    /// <summary>Stage 2, if the entry is valid and stage 2 translates.</summary>
    public Stage2Context Stage2;

    /// <summary>An entry as it was read, judged and decoded.</summary>
    public static SteEntry Judged(in Ste ste, PhysicalAddress at, SmmuState state)
    {
        var profile = state.Profile;
        var entry = new SteEntry
        {
            Ste = ste,
            At = at,
            Broken = SteValidity.Broken(in ste, profile),
            World = WorldOf(in ste, profile, state.Cr2.E2H),
            Substreams = ste.Substreams && profile.IDR1.SSIDSIZE != 0,
            HasOverrides = Overrides.Exist(in ste, profile),
        };
        if (entry.Broken is not null || !ste.Stage2)
            return entry;
        entry.Stage2NotModelled = Stage2Context.NotModelled(in ste, profile) is not null;
        if (!entry.Stage2NotModelled)
            entry.Stage2 = Stage2Context.From(in ste, profile);
        return entry;
    }

    /// <summary>Stage 2, if it translates, does so by tables that are modelled.</summary>
    /// <exception cref="NotModelledException">It does not; names the feature.</exception>
    public readonly void RequireStage2(Profile profile)
    {
        if (Stage2NotModelled)
            throw NotModelledException.Of(Stage2Context.NotModelled(in Ste, profile));
    }

    /// <summary>The regime of a stream's stage 1. STRW counts for stage 1 alone, and where EL2 exists. §5.2</summary>
    public static StreamWorld WorldOf(in Ste ste, Profile profile, bool e2h) =>
        !new SteSubject(in ste, profile).ReadsStrw || ste.STRW == Strw.NsEl1 ? StreamWorld.NsEl1
        : e2h ? StreamWorld.NsEl2E2h
        : StreamWorld.NsEl2;
}

/// <summary>A level 1 context descriptor as it was read.</summary>
internal struct L1CdEntry
{
    /// <summary>Its word.</summary>
    public L1Cd Value;

    /// <summary>Where it stands.</summary>
    public PhysicalAddress At;
}

/// <summary>A context descriptor as it was read, judged and decoded once.</summary>
internal struct CdEntry
{
    /// <summary>Its words.</summary>
    public Cd Cd;

    /// <summary>Where it stands.</summary>
    public PhysicalAddress At;

    /// <summary>The rule that makes it invalid; null if it is valid.</summary>
    public ValidityRule<CdSubject>? Broken;

    /// <summary>It is valid, but asks for what is not modelled; <see cref="Context"/> is empty.</summary>
    public bool NotModelled;

    /// <summary>What it says, if it is valid and modelled.</summary>
    public Stage1Context Context;

    /// <summary>A descriptor as it was read, judged and decoded.</summary>
    public static CdEntry Judged(in Cd cd, PhysicalAddress at, in SteEntry ste, Profile profile)
    {
        var entry = new CdEntry
        {
            Cd = cd,
            At = at,
            Broken = CdValidity.Broken(in cd, in ste, profile),
        };
        if (entry.Broken is not null)
            return entry;
        entry.NotModelled = Stage1Context.NotModelled(in cd, in ste, profile) is not null;
        if (!entry.NotModelled)
            entry.Context = Stage1Context.From(in cd, in ste, profile);
        return entry;
    }

    /// <summary>What it asks for is modelled.</summary>
    /// <exception cref="NotModelledException">It is not; names the feature.</exception>
    public readonly void RequireModelled(in SteEntry ste, Profile profile)
    {
        if (NotModelled)
            throw NotModelledException.Of(Stage1Context.NotModelled(in Cd, in ste, profile));
    }
}
