using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Devices reading and writing memory through an SMMU, while translation is off.</summary>
public sealed class DmaCases
{
    /// <summary>§3.11: GBPA lets transactions pass unchanged.</summary>
    [Case("hw.dma.bypass", Level.Architecture, "bypass.001")]
    public void While_translation_is_off_a_device_reaches_memory_at_its_own_addresses(
        Profile profile
    )
    {
        var (rig, device) = Build(profile with { GBPA = profile.GBPA with { ABORT = false } });
        byte[] sent = [.. Enumerable.Range(0, 9000).Select(i => unchecked((byte)(i * 7)))];
        var received = new byte[sent.Length];

        var wrote = device.Write(new(0x1_fff8), sent);
        var read = device.Read(new(0x1_fff8), received);

        Assert.True(wrote.Done && read.Done);
        Assert.Equal(sent, received);
        Assert.Equal(sent[0], unchecked((byte)rig.Memory.Read64(new(0x1_fff8))));
    }

    /// <summary>§3.11</summary>
    [Case("hw.dma.abort", Level.Architecture, "bypass.007")]
    public void With_GBPA_ABORT_nothing_reaches_memory(Profile profile)
    {
        var (rig, device) = Build(profile with { GBPA = profile.GBPA with { ABORT = true } });

        var result = device.Write(new(0x1_0000), [1, 2, 3, 4]);

        Assert.Equal(DmaOutcome.Aborted, result.Outcome);
        Assert.Equal(0ul, rig.Memory.Read64(new(0x1_0000)));
        Assert.Empty(rig.Seen.Events);
    }

    /// <summary>§16.7.4: what memory aborts after translation is not the SMMU's to report.</summary>
    [Case("hw.dma.memory-abort", Level.Architecture, "events.099")]
    public void An_abort_by_memory_is_seen_by_the_device_and_not_recorded(Profile profile)
    {
        var (rig, device) = Build(profile with { GBPA = profile.GBPA with { ABORT = false } });
        rig.Memory.AbortRange(new(0x2_1000), 0x1000);

        var result = device.Write(new(0x2_0000), new byte[0x3000]);

        Assert.Equal(DmaOutcome.MemoryAborted, result.Outcome);
        Assert.Equal(0x1000, result.Transferred);
        Assert.Equal(new Iova(0x2_1000), result.At);
        Assert.Empty(rig.Seen.Events);
    }

    private static (Rig Rig, Endpoint Device) Build(Profile profile)
    {
        var rig = new Rig(profile);
        return (rig, rig.Machine.AddEndpoint(0, new StreamId(0)));
    }
}
