using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmmuConformance.Bench;
using SmmuConformance.Bench.Models;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Platforms;

/// <summary>
/// The SMMUs that the cases of a run meet: those of the emulator, or models that others have made (<c>SMMU_PLATFORM</c>).
/// </summary>
internal sealed class CasePlatform
{
    /// <summary>Environment variable: the file that lists how a model is known to differ.</summary>
    public const string DifferencesVariable = "SMMU_DEVIATIONS";

    private static readonly Lazy<CasePlatform> Named = new(
        () =>
            Parse(
                Environment.GetEnvironmentVariable(ChosenModels.Variable),
                Environment.GetEnvironmentVariable(DifferencesVariable)
            ),
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    private readonly Dictionary<string, Pool> _models = [];

    private CasePlatform(string name) => Name = name;

    /// <summary>What the environment chooses; the emulator if it chooses nothing.</summary>
    /// <exception cref="ModelFaultException">There is no such model.</exception>
    /// <exception cref="FormatException">The list of differences cannot be read.</exception>
    public static CasePlatform OfThisRun => Named.Value;

    /// <summary>What was said to choose it.</summary>
    public string Name { get; }

    /// <summary>Cases run on the emulator.</summary>
    public bool IsEmulator => _models.Count == 0;

    /// <summary>The profiles over which cases are multiplied.</summary>
    public ImmutableArray<Profile> Profiles { get; private init; } = CaseProfiles.All;

    /// <summary>The file that lists differences, if one was named.</summary>
    public string? Differences { get; private init; }

    /// <summary>What is known of differences.</summary>
    public ImmutableArray<KnownDifference> Known { get; private init; } = [];

    /// <summary>What a text chooses. A model is started once, to see what it is like.</summary>
    /// <param name="name">As <see cref="ChosenModels.Parse"/> reads it.</param>
    /// <param name="differences">The file that lists differences; null: none, or those of QEMU.</param>
    /// <exception cref="ModelFaultException">There is no such model.</exception>
    /// <exception cref="FormatException">The list of differences cannot be read.</exception>
    public static CasePlatform Parse(string? name, string? differences)
    {
        var models = ChosenModels.Parse(name);
        if (name is null || models.IsEmpty)
            return new(ChosenModels.Emulator);
        var pools = models.Select(start => new Pool(start)).ToList();
        var platform = new CasePlatform(name.Trim())
        {
            Differences = differences,
            Profiles = [.. pools.Select(pool => pool.Profile)],
            Known = string.IsNullOrEmpty(differences)
                ? name.Trim() == ChosenModels.Qemu
                    ? KnownDifference.OfQemu
                    : []
                : Read(differences, [.. pools.Select(pool => pool.Profile.Name)]),
        };
        foreach (var pool in pools)
            platform._models.Add(pool.Profile.Name, pool);
        return platform;
    }

    /// <summary>The profile of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Profile ProfileNamed(string name) =>
        Profiles.FirstOrDefault(profile => profile.Name == name) ?? CaseProfiles.Named(name);

    /// <summary>How an execution ends here.</summary>
    /// <param name="execution">Which.</param>
    /// <param name="run">Runs it on whatever machines are made then.</param>
    public Ending Run(Execution execution, Func<Execution, Ending> run)
    {
        if (!_models.TryGetValue(execution.Profile.Name, out var pool))
            return run(execution);
        ModelPlatform model;
        try
        {
            model = pool.Take();
        }
        catch (ModelFaultException e)
        {
            return new(Verdict.Failed, e.Message, e);
        }
        try
        {
            return Judge(execution, ModelRun.Of(execution, model, run));
        }
        finally
        {
            pool.GiveBack(model);
        }
    }

    /// <summary>What an ending means in the light of what is known.</summary>
    internal Ending Judge(Execution execution, Ending ending) =>
        ending.Verdict switch
        {
            Verdict.Failed
                when Known.FirstOrDefault(one => one.Explains(execution, ending)) is { } why => new(
                Verdict.Waived,
                $"{why}"
            ),
            // Another driver may not do what shows it.
            Verdict.Passed
                when Known.FirstOrDefault(one => one.Names(execution)) is { } listed
                    && (execution.Case.IsAboutHardware || PluggedDriver.UnderTest.IsReference) =>
                new(
                    Verdict.Failed,
                    $"it passes, but is listed as {listed}\nTake it out of the list: the model has changed, or the case has."
                ),
            _ => ending,
        };

    private static ImmutableArray<KnownDifference> Read(string path, string[] profiles)
    {
        var full = Path.Combine(new PlugOptions().Folder, path);
        ImmutableArray<KnownDifference> known;
        try
        {
            known = KnownDifference.Parse(path, File.ReadAllText(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{DifferencesVariable}: {e.Message}", e);
        }
        // What names nothing would stay in the list for ever.
        var executions = Catalogue
            .Cases.SelectMany(one => Enumerable.Range(0, one.Rows.Length).Select(one.IdOf))
            .ToHashSet();
        foreach (var one in known)
        foreach (var show in one.Shows)
            if (
                show.Split('|') is not [var id, .. var rest]
                || !executions.Contains(id)
                || rest.Any(profile => !profiles.Contains(profile))
            )
                throw new FormatException(
                    $"{path}: {one.Id} shows in `{show}`, which is no execution: write the id of a case, with its row if it has rows, alone or with `|` and one of {string.Join(", ", profiles)}"
                );
        return known;
    }

    // As many of one model as cases run side by side.
    private sealed class Pool
    {
        private readonly Func<IHardwareModel> _start;
        private readonly ConcurrentBag<ModelPlatform> _idle = [];
        private readonly ConcurrentBag<ModelPlatform> _all = [];

        public Pool(Func<IHardwareModel> start)
        {
            _start = start;
            var first = Start();
            Profile = first.Profile;
            _idle.Add(first);
            // Who has started something for them ends it.
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                foreach (var one in _all)
                    one.Dispose();
            };
        }

        public Profile Profile { get; }

        /// <exception cref="ModelFaultException">Another cannot be had, or is not like the first.</exception>
        public ModelPlatform Take()
        {
            if (_idle.TryTake(out var idle))
                return idle;
            var another = Start();
            return another.Profile == Profile
                ? another
                : throw new ModelFaultException(
                    $"model {Profile.Name}: another one, started for cases that run side by side, has other registers or another name"
                );
        }

        public void GiveBack(ModelPlatform model) => _idle.Add(model);

        private ModelPlatform Start()
        {
            var started = new ModelPlatform(_start);
            _all.Add(started);
            return started;
        }
    }
}
