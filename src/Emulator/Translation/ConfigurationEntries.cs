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

    /// <summary>PRIVCFG or INSTCFG replaces what transactions bring.</summary>
    public bool Overrides;
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
}
