using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Every profile is an SMMU that could exist, and another than the rest.</summary>
public sealed class ProfileTests
{
    public static TheoryData<Profile> Catalogue => [.. Profiles.All];

    [Theory, MemberData(nameof(Catalogue))]
    public void A_profile_could_exist(Profile profile) =>
        Assert.Empty(IdentificationRules.BrokenBy(profile));

    [Fact]
    public void Names_are_unique_and_find_their_profile()
    {
        Assert.Distinct(Profiles.All.Select(profile => profile.Name));
        Assert.All(
            Profiles.All,
            profile => Assert.Same(profile, Profiles.ByName(profile.ToString()))
        );
        Assert.Throws<KeyNotFoundException>(() => Profiles.ByName("Mmu500"));
    }

    [Fact]
    public void Each_profile_says_why_it_exists() =>
        Assert.All(
            Profiles.All,
            profile => Assert.EndsWith(".", profile.Reason, StringComparison.Ordinal)
        );

    [Fact]
    public void Each_profile_differs_from_every_other_in_what_a_driver_can_see() =>
        Assert.Distinct(
            Profiles.All.Select(p =>
                (p.IDR0.Value, p.IDR1.Value, p.IDR3.Value, p.IDR5.Value, p.IIDR.Value, p.AIDR.Value)
            )
        );

    [Fact]
    public void The_parts_of_Arm_are_recognised_by_the_revision_that_software_looks_for()
    {
        Assert.Equal(0x4830_043Bu, Profiles.Mmu600.Identification(0x18));
        Assert.Equal(0x4831_043Bu, Profiles.Mmu600R1.Identification(0x18));
        Assert.Equal(0x4870_043Bu, Profiles.Mmu700R0.Identification(0x18));
        Assert.Equal(0x4871_143Bu, Profiles.Mmu700.Identification(0x18));
        Assert.Equal(0x4980_043Bu, Profiles.MmuS3.Identification(0x18));
    }

    [Fact]
    public void The_MMU_600_reads_as_Intel_publishes_it()
    {
        var read = (uint offset) => Profiles.Mmu600.Identification(offset);

        Assert.Equal(0x080F_7E3Fu, read(0x00));
        Assert.Equal(0x0E73_9D18u, read(0x04));
        Assert.Equal(0u, read(0x08));
        Assert.Equal(0x0000_003Cu, read(0x0C));
        Assert.Equal(0x0040_0075u, read(0x14));
        Assert.Equal(1u, read(0x1C));
        Assert.Equal(0u, Profiles.Mmu600.GBPA.Value);
    }

    [Fact]
    public void QEMU_reads_as_captured()
    {
        var read = (uint offset) => Profiles.Qemu10.Identification(offset);

        Assert.Equal(0x0D44_101Bu, read(0x00));
        Assert.Equal(0x0273_0010u, read(0x04));
        Assert.Equal(0u, read(0x08));
        Assert.Equal(0x0000_1414u, read(0x0C));
        Assert.Equal(0u, read(0x10));
        Assert.Equal(0x0000_0074u, read(0x14));
        Assert.Equal(0u, read(0x18));
        Assert.Equal(1u, read(0x1C));
        Assert.Null(read(0x20));
        Assert.Equal(0x0000_1000u, Profiles.Qemu10.GBPA.Value);
    }
}
