using SmmuConformance.Emulator;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Executions that the suite's own tests run beside the catalogue: nothing is written and nothing is waived.</summary>
internal static class SilentRun
{
    private static readonly Lazy<Executor> Shared = new(
        () => new Executor(Subject.Description, Waivers.None),
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>For who needs an output and says nothing.</summary>
    public static ITestOutputHelper Output { get; } = new Silent();

    /// <summary>How an execution ends.</summary>
    public static Ending Of(Execution execution) =>
        Shared.Value.Run(execution, () => execution.Case.Create([null!, null!], Output));

    /// <summary>Every row of a case on each of the profiles.</summary>
    public static IEnumerable<Execution> Executions(
        CaseDeclaration declaration,
        IEnumerable<Profile> profiles
    ) =>
        // What is run once is run once here as well; a mutant of hardware is met by every profile.
        from profile in declaration.IsAboutHardware
            ? profiles
            : declaration.ProfilesAmong([.. profiles])
        from row in Enumerable.Range(0, declaration.Rows.Length)
        select new Execution(declaration, row, profile);

    private sealed class Silent : ITestOutputHelper
    {
        public void WriteLine(string message) { }

        public void WriteLine(string format, params object[] args) { }
    }
}
