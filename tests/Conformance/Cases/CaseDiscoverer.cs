using SmmuConformance.Emulator;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Makes xunit's test cases from a case: one for every profile and row that applies and belongs to this shard, and one for
/// all that do not apply together, so that a report of thousands of executions stays readable.
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
            return Discover(testMethod, Shard.FromEnvironment());
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return
            [
                new ExecutionErrorTestCase(
                    sink,
                    TestMethodDisplay.ClassAndMethod,
                    TestMethodDisplayOptions.None,
                    testMethod,
                    exception.Message
                ),
            ];
        }
    }

    /// <summary>The test cases of one case in a shard.</summary>
    public static IEnumerable<IXunitTestCase> Discover(ITestMethod testMethod, Shard shard)
    {
        var declaration = CaseDeclaration.Of(testMethod.Method.ToRuntimeMethod());
        var cases = new List<IXunitTestCase>();
        var refused = new List<Execution>();
        for (var row = 0; row < declaration.Rows.Length; row++)
            foreach (var profile in CaseProfiles.All)
            {
                var execution = new Execution(declaration, row, profile);
                if (!shard.Contains(execution.Key))
                    continue;
                if (Suite.Executor.Refusal(execution) is null)
                    cases.Add(new CaseTest(testMethod, [execution]));
                else
                    refused.Add(execution);
            }
        if (refused.Count > 0)
            cases.Add(new CaseTest(testMethod, refused));
        return cases;
    }
}
