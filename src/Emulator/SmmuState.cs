using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What translation and the caches see of the registers: values in force, not values merely written.</summary>
/// <param name="profile">The ID registers.</param>
public sealed class SmmuState(Profile profile)
{
    /// <summary>The ID registers.</summary>
    public Profile Profile => profile;

    /// <summary>The enables as written; a difference from <see cref="Cr0Ack"/> is an update under way.</summary>
    public Cr0 Cr0
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>The enables in force.</summary>
    public Cr0Ack Cr0Ack
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>Attributes of the SMMU's own accesses.</summary>
    public Cr1 Cr1
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>E2H, RECINVSID and their like.</summary>
    public Cr2 Cr2
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>What happens to transactions while translation is off; in force, so a pending update does not show.</summary>
    public Gbpa Gbpa
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>Base of the Stream table.</summary>
    public StrtabBase StrtabBase
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>Format and size of the Stream table.</summary>
    public StrtabBaseCfg StrtabBaseCfg
    {
        get;
        internal set
        {
            field = value;
            Epoch.Advance();
        }
    }

    /// <summary>Streams are looked up in the Stream table; otherwise GBPA decides (§3.11).</summary>
    public bool Enabled => Cr0Ack.SMMUEN;

    /// <summary>Counts changes of what is in force.</summary>
    internal Epoch Epoch { get; } = new();
}
