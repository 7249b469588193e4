using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What is on at a device. While its SMMU rests all that matters to the SMMU is off, and what is asked for waits.</summary>
/// <param name="master">The device.</param>
internal sealed class DeviceSwitches(Master master)
{
    /// <summary>The device asks for translations, or will when its SMMU is awake.</summary>
    public bool Ats { get; private set; }

    /// <summary>The device asks for pages, or will when its SMMU is awake.</summary>
    private bool Pri { get; set; }

    /// <summary>Switches ATS on or off.</summary>
    public void SwitchAts(bool on)
    {
        Ats = on;
        Update();
    }

    /// <summary>Switches page requests on or off, as far as the device has them.</summary>
    public void SwitchPri(bool on)
    {
        if (!master.HasPri)
            return;
        Pri = on;
        Update();
    }

    /// <summary>
    /// The device is new, or its SMMU begins to rest, or works again: everything as it is to be. PASIDs are on from the first
    /// moment: while ATS is on they cannot be switched.
    /// </summary>
    public void Update()
    {
        if (!HasAny)
            return;
        var enables = master.SubstreamBits > 0 ? DeviceEnables.Pasid : DeviceEnables.None;
        if (Ats && !master.Smmu.Rests)
            enables |= DeviceEnables.Ats;
        if (Pri && !master.Smmu.Rests)
            enables |= DeviceEnables.Pri;
        Write(enables);
    }

    /// <summary>Everything off.</summary>
    public void Off()
    {
        // PASIDs last.
        if (Ats)
            SwitchAts(false);
        Pri = false;
        if (HasAny)
            Write(DeviceEnables.None);
    }

    private bool HasAny => master.SubstreamBits > 0 || master.HasAts;

    private void Write(DeviceEnables enables)
    {
        // What no granule can tell apart is not worth asking for. §3.9.1
        var unit = (byte)master.Smmu.Features.Granules.Min(granule => granule.PageShift);
        foreach (var stream in master.Streams)
            master.Smmu.Platform.Switch(stream, enables, unit);
        // The device has it before anything that is stored from now on. A barrier orders register writes as well.
        master.Smmu.Platform.System.Barrier();
    }
}
