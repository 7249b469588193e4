using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// A second SMMU that differs from the first by a single bit of its ID registers, for every bit: a domain made for the first
/// works behind the second as well, or is refused there.
/// </summary>
public sealed class CompatibilitySweep
{
    [Case(
        "multi.every-bit",
        Level.Architecture,
        "stage1.016",
        "contract.refusal-changes-nothing",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Whatever_bit_the_other_differs_by_the_domain_works_or_is_refused(Profile profile)
    {
        var compared = 0;
        // Three profiles share the bits: together they have all of each.
        var share = ProfileShare.InTurn(profile, of: 3);
        foreach (var (n, (name, other)) in Neighbours(profile).Index())
            if (share.Has(n) && SceneWith(profile, other) is { } made)
            {
                using var scene = made;
                Compare(scene, name);
                compared++;
            }
        Assert.True(compared > 5, $"only {compared} neighbours of the profile can be used");
    }

    private static void Compare(MultiScene scene, string name)
    {
        scene.Bench.Must(scene.Bench.Attach(scene.Left, scene.Domain));
        scene.Bench.Machine.Run();
        var before = scene.Bench.Capture();
        Outcome outcome = default;

        try
        {
            outcome = scene.Bench.Attach(scene.Right, scene.Domain);
            if (!outcome.IsDone)
                before.MustBeUnchanged();
            for (var page = 0ul; page < MultiScene.Pages; page++)
            {
                scene.MustReach(scene.Left, page);
                if (outcome.IsDone)
                    scene.MustReach(scene.Right, page);
                else
                    scene.MustRefuse(scene.Right, page);
            }
        }
        catch (NotModelledException)
        {
            // The other SMMU translates by something the emulator does not have.
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"the other SMMU has {name} the other way round, and the attach is {outcome}: {e.Message}",
                e
            );
        }
    }

    // STALL_MODEL = 0b11 and TTENDIAN = 0b01 are Reserved (§6.3.1). Hardware that contradicts itself, or that the driver refuses to use, is no neighbour.
    private static MultiScene? SceneWith(Profile profile, Profile other)
    {
        if ((int)other.IDR0.STALL_MODEL == 0b11 || (int)other.IDR0.TTENDIAN == 0b01)
            return null;
        try
        {
            return new MultiScene(profile, other, madeForLeft: true);
        }
        catch (Exception e) when (e is OperationRefusedException or NotModelledException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Name, Profile Other)> Neighbours(Profile profile)
    {
        foreach (var (name, mask) in Bits(Idr0.Layout))
        {
            var idr0 = new Idr0([profile.IDR0.Word(0) ^ mask]);
            // Firmware says the same of it, and the driver believes firmware.
            var coherent = idr0.COHACC == profile.IDR0.COHACC ? profile.Coherent : idr0.COHACC;
            yield return (name, profile with { IDR0 = idr0, Coherent = coherent });
        }
        foreach (var (name, mask) in Bits(Idr3.Layout))
            yield return (name, profile with { IDR3 = new Idr3([profile.IDR3.Word(0) ^ mask]) });
        foreach (var (name, mask) in Bits(Idr5.Layout))
            yield return (name, profile with { IDR5 = new Idr5([profile.IDR5.Word(0) ^ mask]) });
    }

    private static IEnumerable<(string Name, ulong Mask)> Bits(Layout layout) =>
        from field in layout.Fields
        from bit in Enumerable.Range(0, 32)
        where (field.Mask >> bit & 1) != 0
        select ($"{layout.Name}.{field.Name} bit [{bit}]", 1ul << bit);
}
