using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Qemu;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>The suite once more, beside itself, with another emulator under it. It goes when nobody holds it.</summary>
internal sealed class EmulatorWorld : AssemblyLoadContext
{
    private readonly byte[] _emulator;

    /// <summary>A world in which the emulator is this one.</summary>
    public EmulatorWorld(byte[] emulator)
        : base("mutant", isCollectible: true) => _emulator = emulator;

    /// <summary>What kills it: see <see cref="EmulatorJudge"/>.</summary>
    /// <param name="method">Name of the judge's method.</param>
    /// <param name="argument">Its argument.</param>
    public string? Ask(string method, string argument)
    {
        var judge = LoadFromAssemblyName(typeof(EmulatorJudge).Assembly.GetName())
            .GetType(typeof(EmulatorJudge).FullName!, throwOnError: true)!;
        return (string?)
            judge
                .GetMethod(method, BindingFlags.Static | BindingFlags.Public)!
                .Invoke(null, [argument]);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName name)
    {
        if (
            name.Name is not { } simple
            || !simple.StartsWith("SmmuConformance.", StringComparison.Ordinal)
        )
            return null;
        using var stream =
            simple == "SmmuConformance.Emulator"
                ? new MemoryStream(_emulator)
                : new MemoryStream(
                    File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{simple}.dll"))
                );
        return LoadFromStream(stream);
    }
}

/// <summary>Stands in a <see cref="EmulatorWorld"/> and tells what notices that hardware lies.</summary>
public static class EmulatorJudge
{
    /// <summary>Why a case fails, on the first profile and row on which it does; null if it does not.</summary>
    /// <param name="id">Id of the case.</param>
    public static string? Case(string id) =>
        Catalogue
            .Cases.Where(declaration => declaration.Id == id)
            .SelectMany(declaration => SilentRun.Executions(declaration, CaseProfiles.All))
            .Select(Told)
            .FirstOrDefault(told => told is not null);

    /// <summary>The first hardware case that fails, with its message; null if none does.</summary>
    /// <param name="profiles">Names of the profiles to try, with commas between.</param>
    public static string? Any(string profiles)
    {
        var chosen = profiles.Split(',').Select(CaseProfiles.Named).ToList();
        return Catalogue
            .Cases.Where(declaration => declaration.IsAboutHardware)
            .AsParallel()
            .SelectMany(declaration => SilentRun.Executions(declaration, chosen))
            .Select(Told)
            .FirstOrDefault(told => told is not null);
    }

    /// <summary>The key of an execution of every hardware case that fails, one a line: on the first profile on which it does.</summary>
    /// <param name="profiles">Names of the profiles to try, with commas between.</param>
    public static string All(string profiles)
    {
        var chosen = profiles.Split(',').Select(CaseProfiles.Named).ToList();
        return string.Join(
            '\n',
            Catalogue
                .Cases.Where(declaration => declaration.IsAboutHardware)
                .AsParallel()
                .Select(declaration =>
                    SilentRun
                        .Executions(declaration, chosen)
                        .FirstOrDefault(execution => Told(execution) is not null)
                        ?.Key
                )
                .OfType<string>()
        );
    }

    /// <summary>The first of some arbitrary configurations that comes to something else than on QEMU; null if none does.</summary>
    /// <param name="count">How many.</param>
    public static string? Differential(string count)
    {
        using var run = new DifferentialRun(QemuFinder.OfThisRun.Path!);
        var report = DifferentialReport.Of(
            run,
            1,
            long.Parse(count, CultureInfo.InvariantCulture),
            most: 1
        );
        return report.Found.FirstOrDefault()?.ToString();
    }

    /// <summary>Why a property fails; null if it holds.</summary>
    /// <param name="name">Name of its method in the property tests.</param>
    public static string? Property(string name)
    {
        try
        {
            typeof(Hardware.PropertyTests)
                .GetMethod(name)!
                .Invoke(new Hardware.PropertyTests(SilentRun.Output), []);
            return null;
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException!.Message;
        }
    }

    private static string? Told(Execution execution)
    {
        var ending = SilentRun.Of(execution);
        return ending.Verdict == Verdict.Failed ? $"{execution.Key}: {ending.Reason}" : null;
    }
}
