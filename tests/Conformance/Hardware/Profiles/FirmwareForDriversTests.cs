using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A driver is told what firmware says, field by field.</summary>
public sealed class FirmwareForDriversTests
{
    [Fact]
    public void An_ordinary_SMMU_is_told_of_as_the_contract_has_it_by_default() =>
        Assert.Equal(new SmmuFirmware(), SmmuNode.Of(Profiles.Qemu10).ForDriver());

    [Fact]
    public void An_SMMU_is_told_of_with_all_that_the_contract_has_room_for()
    {
        var node = new SmmuNode
        {
            Coherent = false,
            RegisterBytes = 0x1_0000,
            Doorbell = new(0x800_0040, 1, 2, 3),
        };

        var told = node.ForDriver();

        Assert.Equal(
            new SmmuFirmware
            {
                Coherent = false,
                RegisterBytes = 0x1_0000,
                MsiTarget = new(
                    Doorbell: 0x800_0040,
                    EventQueueData: 1,
                    GlobalErrorData: 2,
                    PriQueueData: 3
                ),
            },
            told
        );
    }

    [Fact]
    public void A_device_is_told_of_with_all_that_the_contract_has_room_for()
    {
        var node = new DeviceNode
        {
            Name = "accelerator",
            Streams = [7, 9, 7],
            SubstreamBits = 16,
            CanStall = true,
            Ats = true,
            Pri = true,
            CanWriteBackNonSnooped = true,
            Coherent = false,
        };

        var told = node.ForDriver();

        Assert.Equal(
            new MasterDescription
            {
                Name = "accelerator",
                Streams = node.Streams,
                SubstreamBits = 16,
                CanStall = true,
                Ats = true,
                Pri = true,
                CanWriteBackNonSnooped = true,
                Coherent = false,
            },
            told
        );
    }
}
