using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>GERROR and GERRORN: an error is active while its two bits differ (§7.5).</summary>
internal sealed class GlobalErrors(
    Profile profile,
    RegisterBank bank,
    InterruptSources interrupts,
    Watch watch
)
{
    /// <summary>Service failure mode: neither traffic nor queues, whatever is acknowledged (§12.3).</summary>
    public bool OutOfService { get; private set; }

    /// <summary>The errors that are active.</summary>
    public GError Active => new(Bits ^ Acknowledged);

    /// <summary>Activates errors; one that is active already is not counted again.</summary>
    public void Raise(GError errors)
    {
        OutOfService |= errors.SFM_ERR;
        // What the SMMU does not have cannot fail. §6.3.19
        var possible = RegisterFields.Implemented(profile, GError.Register);
        var activated = unchecked((uint)(errors.Value & possible)) & ~(Bits ^ Acknowledged);
        if (activated == 0)
            return;
        bank.Set(new GError(Bits ^ activated));
        watch.Observer?.ErrorRaised(new GError(activated));
        // An aborted GERROR MSI is not announced by another MSI to the same place (§7.5.1).
        var silent = new GError { MSI_GERROR_ABT_ERR = true }.Value;
        if ((activated & ~silent) != 0 && !interrupts.AnnounceError())
            Raise(new GError { MSI_GERROR_ABT_ERR = true });
    }

    /// <summary>Takes software's new value of GERRORN.</summary>
    /// <returns>The bits toggled although their error was not active (§6.3.20).</returns>
    public uint Acknowledge(uint value)
    {
        var spurious = (value ^ Acknowledged) & ~(Bits ^ Acknowledged);
        bank.Set(new GErrorN(value));
        return spurious;
    }

    private uint Bits => bank.Get<GError>().Value;

    private uint Acknowledged => bank.Get<GErrorN>().Value;
}
