using SmmuConformance.Bench;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>What stands between suite and driver is blamed for what it does, and for nothing else.</summary>
public sealed class AdapterCheckTests
{
    [Fact]
    public void A_driver_that_cannot_be_had_is_the_fault() =>
        Assert.Equal(
            "no such file",
            AdapterCheck.FaultOf("no such file", _ => throw new InvalidOperationException())
        );

    [Fact]
    public void A_broken_promise_of_the_interface_is_a_fault_with_its_case()
    {
        var fault = AdapterCheck.FaultOf(
            null,
            execution =>
                execution.Case.Id == "contract.facets"
                    ? new(Verdict.Failed, "Nesting is declared\nand more")
                    : Ending.Passed
        );

        Assert.StartsWith("contract.facets fails on 'Maximal': Nesting is declared; alone:", fault);
    }

    [Fact]
    public void A_broken_rule_of_the_manual_or_a_refusal_is_the_drivers()
    {
        var refused = new OperationRefusedException(ErrorClass.Invalid, "");

        Assert.Null(AdapterCheck.FaultOf(null, _ => new(Verdict.Failed, refused.Message, refused)));
        Assert.Null(AdapterCheck.FaultOf(null, _ => new(Verdict.NotApplicable, "no stage 1")));
    }

    [Fact]
    public void After_a_fault_nothing_else_is_said_of_the_driver()
    {
        var executor = new Executor(Subject.Description, Waivers.None)
        {
            Adapter = new Lazy<string?>("contract.facets fails"),
        };
        var execution = SilentRun
            .Executions(
                Catalogue.Cases.Single(one => one.Id == "ste.abort"),
                [Emulator.Profiles.Maximal]
            )
            .First();

        var ending = executor.Run(
            execution,
            () => throw new DriverFaultException("it must not be run")
        );

        Assert.True(AdapterCheck.IsFault(ending), $"{ending}");
        Assert.EndsWith("contract.facets fails", ending.Reason);
    }
}
