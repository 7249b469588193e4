using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What firmware says of a machine.</summary>
public sealed class FirmwareTests
{
    private static readonly PcieFunction Function = new()
    {
        Name = "nic",
        Requesters = [0x0108],
        Ats = true,
        Pri = true,
        PasidBits = 16,
        AddressBits = 48,
    };

    private static readonly RootComplex Complex = new()
    {
        Mappings = [new(0x0000, 0x0200, 1, 0x1_0000), new(0x0400, 0x0001, 0, 0x7)],
        Ats = true,
        Pri = true,
        PasidBits = 20,
        CanWriteBackNonSnooped = true,
        AddressBits = 40,
    };

    [Fact]
    public void Firmware_of_an_ordinary_SMMU_says_two_pages_and_a_wire_for_each_interrupt()
    {
        var node = SmmuNode.Of(Profiles.Qemu10);

        Assert.Equal(new SmmuNode(), node);
        Assert.Equal(0x2_0000ul, node.RegisterBytes);
    }

    [Fact]
    public void Firmware_of_a_ThunderX2_says_one_page_and_one_wire()
    {
        var node = SmmuNode.Of(Profiles.ThunderX2);

        Assert.Equal(SmmuModel.CaviumCn99xx, node.Model);
        Assert.Equal(0x1_0000ul, node.RegisterBytes);
        Assert.Equal(InterruptWiring.Combined, node.Wiring);
    }

    [Fact]
    public void Firmware_tells_of_coherency_as_the_profile_does_whatever_the_ID_register_says()
    {
        var overruled = Profiles.Qemu10 with { Coherent = false };

        var machine = MachineFirmware.Of([Profiles.Qemu10, overruled]);

        Assert.Equal([true, false], machine.Smmus.Select(smmu => smmu.Coherent));
    }

    [Fact]
    public void A_VATOS_page_lies_within_the_register_space()
    {
        var vatos = Profiles.Maximal with
        {
            IDR0 = Profiles.Maximal.IDR0 with { ATOS = true, VATOS = true },
            IDR2 = new() { BA_VATOS = 2 },
        };

        Assert.Equal(0x5_0000ul, vatos.RegisterBytes);
    }

    [Theory]
    [InlineData(0x0000, 1, 0x1_0000u)]
    [InlineData(0x01ff, 1, 0x1_01ffu)]
    [InlineData(0x0400, 0, 0x7u)]
    public void A_Requester_ID_goes_where_its_mapping_says(int requester, int smmu, uint stream) =>
        Assert.Equal((smmu, (StreamId)stream), Complex.Find((ushort)requester));

    [Theory]
    [InlineData(0x0200)]
    [InlineData(0x03ff)]
    [InlineData(0x0401)]
    [InlineData(0xffff)]
    public void A_Requester_ID_of_no_mapping_passes_no_SMMU(int requester) =>
        Assert.Null(Complex.Find((ushort)requester));

    [Fact]
    public void A_mapping_that_reaches_beyond_the_largest_StreamID_ends_there()
    {
        var complex = new RootComplex { Mappings = [new(0, 0x1_0000, 0, 0xffff_fffe)] };

        Assert.Equal((0, (StreamId)0xffff_ffff), complex.Find(1));
        Assert.Null(complex.Find(2));
    }

    [Fact]
    public void A_function_has_what_it_and_the_root_complex_have()
    {
        var device = Complex.Place(Function);

        Assert.Equal(1, device.Smmu);
        Assert.Equal((StreamId)0x1_0108, Assert.Single(device.Streams));
        Assert.True(device is { IsPcie: true, Ats: true, Pri: true, CanStall: false });
        Assert.True(device.CanWriteBackNonSnooped);
        Assert.Equal(16, device.SubstreamBits);
        Assert.Equal(40, device.AddressBits);
    }

    [Theory]
    [InlineData(false, true, false, false)]
    [InlineData(true, false, true, false)]
    public void Without_ATS_or_PRI_above_it_a_function_has_none(
        bool ats,
        bool pri,
        bool hasAts,
        bool hasPri
    )
    {
        var device = (Complex with { Ats = ats, Pri = pri }).Place(Function);

        Assert.Equal((hasAts, hasPri), (device.Ats, device.Pri));
    }

    [Fact]
    public void PRI_is_of_no_use_to_a_function_without_ATS()
    {
        var device = Complex.Place(Function with { Ats = false });

        Assert.False(device.Pri);
    }

    [Fact]
    public void A_function_below_a_bridge_has_the_StreamID_of_the_bridge_too_even_twice()
    {
        var device = Complex.Place(Function with { Requesters = [0x0108, 0x0100, 0x0100] });

        Assert.Equal([0x1_0108u, 0x1_0100u, 0x1_0100u], device.Streams.Select(s => s.Value));
    }

    [Theory]
    [InlineData(0x0300)]
    [InlineData(0x0400)]
    public void A_function_that_passes_no_SMMU_or_two_is_a_mistake(int alias) =>
        Assert.Throws<ArgumentException>(() =>
            Complex.Place(Function with { Requesters = [0x0108, (ushort)alias] })
        );
}
