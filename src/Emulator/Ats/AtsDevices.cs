using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// The devices behind one SMMU that have a translation cache. CMD_ATC_INV may take until the next CMD_SYNC, and here it does:
/// software that does not wait finds translations where they were (§4.5.1).
/// </summary>
internal sealed class AtsDevices
{
    private readonly List<IAtsDevice> _devices = [];
    private readonly Queue<AtcInv> _pending = new();

    /// <summary>Connects a device.</summary>
    public void Add(IAtsDevice device) => _devices.Add(device);

    /// <summary>An invalidation was consumed.</summary>
    public void Invalidate(in AtcInv invalidation) => _pending.Enqueue(invalidation);

    /// <summary>Sends what is pending; false if one of them was not answered (§3.9.1.4).</summary>
    public bool Synchronize()
    {
        var answered = true;
        while (_pending.TryDequeue(out var invalidation))
        {
            // Nobody there, or somebody without ATS: an error of PCIe, which completes the invalidation. §3.9.1.5
            foreach (var device in _devices)
                if (device.Owns(invalidation.StreamID))
                    answered &= device.Invalidate(in invalidation);
        }
        return answered;
    }

    /// <summary>Answers a page request group.</summary>
    public void Respond(in PageResponse response)
    {
        foreach (var device in _devices)
            if (device.Owns(response.Stream))
                device.Respond(in response);
    }
}
