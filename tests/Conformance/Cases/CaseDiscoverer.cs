using SmmuConformance.Bench.Models;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Emulator;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Makes xunit's test cases from a case: one for each of its rows, with the profiles that belong to this shard.
/// </summary>
/// <param name="sink">Unused; xunit demands it.</param>
public sealed class CaseDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions,
        ITestMethod testMethod,
        IAttributeInfo factAttribute
    )
    {
        try
        {
            // A name that is wrong is told before anything runs.
            if (Suite.Temper != Temper.Kind && !CasePlatform.OfThisRun.IsEmulator)
                throw new FormatException(
                    $"{Temper.Variable} makes emulated machines unkind, and {ChosenModels.Variable} names a model, which is as it is: set one of them"
                );
            // Cases in fixtures are run by the tests of the suite itself, which call the other overload.
            return testMethod
                .TestClass.Class.ToRuntimeType()
                .IsDefined(typeof(FixtureAttribute), false)
                ? []
                : Discover(
                    testMethod,
                    CaseProfiles.Parse(
                        Environment.GetEnvironmentVariable(CaseProfiles.Variable),
                        CasePlatform.OfThisRun.Profiles
                    ),
                    Shard.FromEnvironment(),
                    Suite.Executor,
                    Suite.Tally
                );
        }
        catch (Exception exception)
            when (exception is not (OutOfMemoryException or AccessViolationException))
        {
            return [Mistake(testMethod, factAttribute, exception.Message)];
        }
    }

    /// <summary>The test cases of one case on some profiles in a shard, to be run by that executor and counted in that tally.</summary>
    public static IReadOnlyList<CaseTest> Discover(
        ITestMethod testMethod,
        IReadOnlyList<Profile> profiles,
        Shard shard,
        Executor executor,
        Tally tally
    )
    {
        var declaration = CaseDeclaration.Of(testMethod.Method.ToRuntimeMethod());
        var tests = new List<CaseTest>();
        for (var row = 0; row < declaration.Rows.Length; row++)
        {
            var executions = declaration
                .ProfilesAmong(profiles)
                .Select(profile => new Execution(declaration, row, profile))
                .Where(execution => shard.Contains(execution.Key))
                .ToArray();
            if (executions.Length > 0)
                tests.Add(new CaseTest(testMethod, executions, executor, tally));
        }
        return tests;
    }

    // It carries the case's traits: a filter that selects the case must not hide that it cannot run.
    private ExecutionErrorTestCase Mistake(
        ITestMethod testMethod,
        IAttributeInfo factAttribute,
        string message
    )
    {
        var mistake = new ExecutionErrorTestCase(
            sink,
            TestMethodDisplay.ClassAndMethod,
            TestMethodDisplayOptions.None,
            testMethod,
            message
        );
        if (factAttribute is IReflectionAttributeInfo { Attribute: CaseAttribute attribute })
            foreach (var (name, values) in CaseDeclaration.TraitsOf(attribute))
                mistake.Traits[name] = values;
        return mistake;
    }
}
