using System.Buffers.Binary;
using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>How tables are read, and what page descriptors mean by their index into MAIR.</summary>
public sealed class CdAttributes
{
    private static readonly StreamId Nic = 0x10;
    private static readonly Iova Page = 0x80_0000;
    private static readonly PhysicalAddress Target = 0x3_0000_0000;

    /// <summary>A protection and the kind of memory it asks for.</summary>
    public sealed record Memory(string Name, Protection Protection, Func<byte, bool> Fits)
    {
        public override string ToString() => Name;
    }

    public static IEnumerable<Memory> Memories =>
        [
            new("cached", Protection.Read | Protection.Write | Protection.Cache, IsCacheable),
            new("plain", Protection.Read | Protection.Write, value => !IsReserved(value)),
            new("device", Protection.Read | Protection.Write | Protection.Device, IsDevice),
        ];

    [Case(
        "cd.mair.defined",
        Level.Architecture,
        "attributes.018",
        "cd.006",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Memories))]
    public void The_attribute_that_a_page_uses_is_of_the_kind_that_was_asked_for(
        Profile profile,
        Memory memory
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        var domain = scene.DomainOf(StreamSetting.DomainA);
        scene.Bench.Must(
            scene.Bench.Map(domain, Page, Target, StreamScene.Size, memory.Protection)
        );

        scene.Set(nic, StreamSetting.DomainA);

        var index = LeafOf(scene.Bench, scene.Bench.Dma(nic, Page)).AttrIndx;
        var attribute = AttributeOf(scene.Bench.CdOf(Nic), index);
        memory.Fits(attribute).Should().BeTrue($"MAIR has 0x{attribute:x2} at index {index}");
    }

    [Case(
        "cd.mair.tagged",
        Level.Architecture,
        "cd.006",
        "attributes.018",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_attribute_is_tagged_memory(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        for (var index = 0; index < 8; index++)
            AttributeOf(scene.Bench.CdOf(Nic), index).Should().NotBe(0xf0, "there is no such type");
    }

    [Case("cd.walk.shareability", Level.Architecture, "cd.014", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void SH0_has_a_value_that_the_manual_defines(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        ((int)scene.Bench.CdOf(Nic).SH0).Should().NotBe(0b01, "0b01 is reserved");
    }

    [Case(
        "cd.walk.attributes",
        Level.Linux,
        "linux.cd.walk-attributes",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Tables_are_read_through_the_caches_exactly_if_that_is_coherent(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cd = scene.Bench.CdOf(Nic);
        var cached = Cacheability.WriteBackAllocate;
        var expected = profile.Coherent
            ? (cached, cached, Shareability.Inner)
            : (Cacheability.NonCacheable, Cacheability.NonCacheable, Shareability.Outer);
        (cd.IR0, cd.OR0, cd.SH0).Should().Be(expected);
    }

    [Case("cd.walk.firmware", Level.Linux, "linux.cd.walk-attributes", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Firmware_decides_whether_tables_are_read_through_the_caches(Profile profile)
    {
        using var scene = new StreamScene(
            profile,
            new() { Firmware = honest => honest with { Coherent = !profile.Coherent } }
        );
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, StreamSetting.DomainA);

        var cached = scene.Bench.CdOf(Nic).IR0 != Cacheability.NonCacheable;
        cached.Should().Be(!profile.Coherent);
    }

    [Case("cd.private-pages", Level.Architecture, "tlb.010", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Memories))]
    public void Pages_are_tagged_with_the_ASID(Profile profile, Memory memory)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        var domain = scene.DomainOf(StreamSetting.DomainA);
        scene.Bench.Must(
            scene.Bench.Map(domain, Page, Target, StreamScene.Size, memory.Protection)
        );

        scene.Set(nic, StreamSetting.DomainA);

        LeafOf(scene.Bench, scene.Bench.Dma(nic, Page))
            .nG.Should()
            .BeTrue("a global page would serve every other domain");
    }

    private static Stage1Leaf LeafOf(TestBench bench, in Translation access)
    {
        access.Passed.Should().BeTrue($"{access}");
        var word = bench.ReadStructure<Stage1Leaf>(access.Leaf).Word(0);
        return new([bench.CdOf(Nic).ENDI ? BinaryPrimitives.ReverseEndianness(word) : word]);
    }

    private static byte AttributeOf(in Cd cd, int index) =>
        unchecked((byte)(cd.MAIR >> (8 * (index & 7))));

    private static bool IsDevice(byte attribute) => (attribute & 0b1111_0011) == 0;

    private static bool IsReserved(byte attribute) =>
        attribute == 0xf0
        || (IsDeviceGroup(attribute) ? !IsDevice(attribute) : (attribute & 0xf) == 0);

    private static bool IsDeviceGroup(byte attribute) => attribute >> 4 == 0;

    // 0b0100 is Non-cacheable, for the inner and for the outer caches.
    private static bool IsCacheable(byte attribute) =>
        !IsReserved(attribute)
        && !IsDeviceGroup(attribute)
        && attribute >> 4 != 0b0100
        && (attribute & 0xf) != 0b0100;
}
