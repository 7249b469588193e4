using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>The Stream table as the bytes that it is in memory. §5.2</summary>
public sealed class StreamTableBytes
{
    /// <summary>§5.2: V is bit 0, Config [3:1] is 0b100, and the entry of stream 13 begins 832 bytes from the base.</summary>
    [Case("hw.ste.bytes", Level.Architecture, "ste.010")]
    public void An_STE_takes_sixty_four_bytes(Profile profile)
    {
        var rig = new TranslationRig(profile);

        rig.Memory.Write64(rig.StreamTable + 832, 0x9);

        Assert.Equal(0x1234ul, rig.Access(13, 0x1234).Address.Value);
        Assert.Equal((byte)EventId.CBadSte, rig.Access(12, 0x1234).Event.Id);
        Assert.Equal((byte)EventId.CBadSte, rig.Access(14, 0x1234).Event.Id);
    }
}
