using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Bits that no entry of this driver may have, whatever its stream is set to.</summary>
public sealed class SteBits
{
    private static readonly StreamId Nic = 0x10;

    /// <summary>Fields in words 4 to 7 belong to the Secure state or to features that no profile of this row has.</summary>
    private const int FirstForeignWord = 4;

    public static IEnumerable<StreamSetting> Settings => Enum.GetValues<StreamSetting>();

    [Case("ste.res0", Level.Architecture, "ste.009", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void No_reserved_bit_is_set(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, setting);

        var ste = scene.Bench.SteOf(Nic);
        for (var word = 0; word < Ste.Layout.WordCount; word++)
            (ste.Word(word) & Ste.Layout.Reserved(word)).Should().Be(0, $"word {word} of\n{ste}");
    }

    [Case(
        "ste.res0.upper-half",
        Level.Architecture,
        "ste.028",
        "ste.030",
        "ste.031",
        "ste.033",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.MPAM", 0)]
    [AppliesWhere("SMMU_IDR3.THE", 0)]
    [AppliesWhere("SMMU_IDR3.S2PO", 0)]
    [Rows(nameof(Settings))]
    public void Words_4_to_7_are_zero(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, setting);

        var ste = scene.Bench.SteOf(Nic);
        for (var word = FirstForeignWord; word < Ste.Layout.WordCount; word++)
            ste.Word(word).Should().Be(0, $"nothing there exists on this SMMU:\n{ste}");
    }

    [Case("ste.ignored", Level.Linux, "linux.ste.golden", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void What_the_SMMU_does_not_read_is_zero(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, setting);

        // Linux sets S1Fmt and S1DSS alike with and without substreams.
        var ste = scene.Bench.SteOf(Nic) with
        {
            S1Fmt = default,
            S1DSS = default,
        };
        var read = ste.UsedBits();
        for (var word = 0; word < Ste.Layout.WordCount; word++)
            (ste.Word(word) & ~read.Word(word)).Should().Be(0, $"word {word} of\n{ste}");
    }

    [Case("ste.cont", Level.Architecture, "config-cache.007", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void No_entry_claims_neighbours_that_differ(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, setting);

        var own = scene.Bench.SteOf(Nic);
        var span = 1u << Math.Min(own.CONT, (byte)10);
        var first = Nic.Value & ~(span - 1);
        for (var stream = first; stream < first + span; stream++)
            Assert.Equal(own with { CONT = 0 }, scene.Bench.SteOf(stream) with { CONT = 0 });
    }

    [Case("ste.stage2-fields", Level.Linux, "linux.ste.golden", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void Words_2_and_3_are_zero_without_stage_2(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, setting);

        var ste = scene.Bench.SteOf(Nic);
        (ste.Word(2), ste.Word(3)).Should().Be((0ul, 0ul), $"{ste}");
    }

    [Case("ste.no-stage2", Level.Architecture, "ste.015", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 0)]
    [Rows(nameof(Settings))]
    public void Stage_2_is_not_asked_of_an_SMMU_without_it(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);

        scene.Set(nic, setting);

        scene.Bench.SteOf(Nic).Stage2.Should().BeFalse("Config = 0b11x is ILLEGAL");
    }

    [Case(
        "ste.valid",
        Level.Architecture,
        "ste.013",
        "ste.035",
        "ste.036",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void No_entry_is_ever_ILLEGAL(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Bench.Dma(nic, StreamScene.Page);
        scene.Set(nic, change.From);
        scene.Bench.Dma(nic, StreamScene.Page);

        scene.Set(nic, change.To);

        scene.Bench.Dma(nic, StreamScene.Page);
        scene.Bench.EventsSince(0).Where(e => e.Is<CBadSte>()).Should().BeEmpty();
    }

    public static IEnumerable<Transition> Changes => Transition.All;
}
