using System.Globalization;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// The reference driver under many interleavings. <c>SMMU_SEEDS</c> says how many; a seed that fails is named, and
/// fails again.
/// </summary>
public sealed class InterleavingTests
{
    private const int Steps = 10;
    private const int UsualSeeds = 800;
    private const int Shares = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Eight_threads_leave_nothing_stale_and_lose_nothing(int share)
    {
        var asked = Environment.GetEnvironmentVariable("SMMU_SEEDS");
        var seeds = asked is null ? UsualSeeds : int.Parse(asked, CultureInfo.InvariantCulture);
        for (var seed = 1000 + share; seed < 1000 + seeds; seed += Shares)
            try
            {
                var profile = seed % 2 == 0 ? Profiles.Qemu10 : Profiles.Maximal;
                var slow = seed % 3 == 0 ? Everyday.Slow : null;
                using var scene = new ThreadedScene(profile, slow);
                scene.Run(seed, Steps);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
    }
}
