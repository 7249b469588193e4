using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Whatever is attached in whatever order: all sequences of four steps, compared with a model.</summary>
public sealed class AttachSweep
{
    private const int Length = 4;
    private static readonly AttachStep[] s_steps = Enum.GetValues<AttachStep>();

    /// <summary>The first step of a sequence, with ATS on where it can be or not.</summary>
    public sealed record Start(AttachStep First, bool Ats)
    {
        public override string ToString() =>
            $"{First.ToString().ToLowerInvariant()}{(Ats ? "-ats" : "")}";
    }

    public static IEnumerable<Start> Starts =>
        from ats in new[] { false, true }
        from step in s_steps
        select new Start(step, ats);

    [Case(
        "attach.sequences",
        Level.Contract,
        "contract.attach-replaces",
        "contract.detach-default",
        "contract.pasid-attach",
        "contract.pasid-detach",
        "contract.pasid-refusals",
        "contract.nest-translates",
        Needs = GuestScene.Needs | PasidScene.Needs | StreamScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Starts))]
    public void After_any_four_steps_the_device_has_what_the_model_says(
        Profile profile,
        Start start
    )
    {
        if (start.Ats && !profile.IDR0.ATS)
            throw VerdictException.NotApplicable("SMMU_IDR0.ATS is 0");
        using var scene = new AttachModelScene(profile, start.Ats);
        var share = ShareOf(profile, start.Ats);
        var count = (int)Math.Pow(s_steps.Length, Length - 1);
        for (var n = 0; n < count; n++)
        {
            if (!share.Has(n))
                continue;
            var history = "";
            for (var (i, rest) = (0, n); i < Length; i++)
            {
                var step = i == 0 ? start.First : s_steps[rest % s_steps.Length];
                rest = i == 0 ? rest : rest / s_steps.Length;
                history += $"{(i == 0 ? "" : ", ")}{step}";
                scene.Do(step, history);
            }
            scene.Reset();
        }
    }

    public static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    public static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);

    // Together the profiles have all sequences.
    private static ProfileShare ShareOf(Profile profile, bool ats) =>
        ProfileShare.Among(
            profile,
            other =>
                CannotNest(other) is null && NoSubstreams(other) is null && (!ats || other.IDR0.ATS)
        );
}
