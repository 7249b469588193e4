using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Libraries that export a driver with which something is wrong.</summary>
public sealed class NativeTableTests
{
    [SkippableFact]
    public void With_which_nothing_is_wrong_works() => Scene.MustWork(BrokenLibrary.Plug());

    [SkippableTheory]
    [InlineData("no table", "`smmu_driver_get(1)` answered NULL", "Build it with the header")]
    [InlineData("abi", "it speaks version 2 of smmu_driver.h, this suite version 1", "header")]
    [InlineData("size", "its table of functions has ", "Set size to sizeof(struct smmu_driver)")]
    [InlineData("no probe", "`probe` is NULL in its table", "without it there is no driver")]
    [InlineData("no create", "`create` is NULL in its table", "without it there is no driver")]
    [InlineData("no name", "describe() sets no name", "smmu_description.name is NULL or empty")]
    [InlineData("empty name", "describe() sets no name", "smmu_description.name is NULL or empty")]
    [InlineData("no version", "describe() sets no version", "smmu_description.version is NULL")]
    public void The_library_is_named_with_what_is_wrong(
        string broken,
        string what,
        string remedy
    ) =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => BrokenLibrary.Plug(broken)),
            $"driver native:{BrokenLibrary.Path} ended while starting: it exited with code 3",
            $"driver native:{BrokenLibrary.Path}: {what}",
            remedy
        );

    [SkippableTheory]
    [InlineData(
        "create refuses",
        "ended while Begin went on: it exited with code 3",
        "`create` answered 12. A driver cannot refuse a machine before it has seen it; probe can."
    )]
    [InlineData("create dies", "ended while Begin went on: by SIGABRT", "SIGABRT")]
    public void A_driver_that_cannot_be_made_is_named(string broken, string how, string why) =>
        Scene.MustSay(
            Scene.FaultOfProbing(BrokenLibrary.Plug(broken)),
            $"driver native:{BrokenLibrary.Path} {how}",
            why
        );

    [SkippableFact]
    public void A_library_that_dies_when_it_is_loaded_is_named() =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => BrokenLibrary.Plug("dies when loaded")),
            $"driver native:{BrokenLibrary.Path} ended while starting: by SIGSEGV"
        );

    [SkippableFact]
    public void A_function_that_is_not_there_is_not_supported()
    {
        using var bench = Scene.Start(BrokenLibrary.Plug("nothing optional"));
        var driver = bench.Driver;
        var (smmu, master, domain) = (bench.Handle, new MasterHandle(2), new DomainHandle(3));

        ErrorClass[] answers =
        [
            driver.Attach(master, domain).Error,
            driver.Detach(master).Error,
            driver.AddMaster(smmu, new() { Name = "nic", Streams = [1] }).Error,
            driver.RemoveMaster(master).Error,
            driver.CreateDomain(new() { Kind = DomainKind.Blocked }).Error,
            driver.FreeDomain(domain).Error,
            driver.Geometry(domain).Error,
            driver.Map(domain, 0, 0, 0x1000, Protection.Read).Error,
            driver.Unmap(domain, 0, 0x1000).Error,
            driver.Flush(domain).Error,
            driver.HandleInterrupt(smmu, InterruptSource.EventQueue).Error,
            driver.Shutdown(smmu).Error,
            driver.Remove(smmu).Error,
        ];

        Assert.All(answers, answer => Assert.Equal(ErrorClass.NotSupported, answer));
        Assert.Null(driver.Facet<IPower>());
        Assert.Null(driver.Facet<INesting>());
    }

    [SkippableTheory]
    [InlineData("lies", "Nesting is declared, but INesting is not offered")]
    [InlineData("", "")]
    public void A_capability_without_its_functions_is_noticed_by_a_case(string broken, string told)
    {
        var plugged = BrokenLibrary.Plug(broken);
        var run = new PluggedRun(plugged);

        var ending = run.Of("contract.facets");

        Assert.Equal(told.Length == 0 ? Verdict.Passed : Verdict.Failed, ending.Verdict);
        Scene.MustSay(ending.Reason, told);
    }

    [SkippableTheory]
    [InlineData(
        "answer77@attach",
        "answered 77, which is no error of the contract",
        "Answer 0 or one of 2 (NotFound)"
    )]
    [InlineData(
        "answer-22@attach",
        "answered -22, which is no error of the contract",
        "Errors are positive: answer 22, not -22"
    )]
    [InlineData("answer-1000@attach", "answered -1000, which is no error", "Answer 0 or one of")]
    [InlineData("answer0x80000000@attach", "which is no error", "Answer 0 or one of")]
    [InlineData(
        "no_node@attach",
        "there is no node 7; 1 have been given to be probed",
        "(smmu_firmware.node)"
    )]
    [InlineData(
        "misaligned@attach",
        "alignment 100, which must be a power of two and at least 64",
        "it allocates 4096 bytes"
    )]
    public void What_is_no_answer_is_told_with_what_is_one(string name, string what, string remedy)
    {
        var plugged = BrokenLibrary.Plug();
        using (var bench = Scene.Start(plugged))
        {
            var device = bench.AddDevice(name);
            var domain = bench.BlockedDomain();
            var thrown = Assert.ThrowsAny<Exception>(() => bench.Attach(device, domain));

            Scene.MustSay(
                Scene.FaultIn(thrown),
                $"driver native:{BrokenLibrary.Path}",
                what,
                remedy
            );
        }
        Scene.MustWork(plugged);
    }

    [SkippableFact]
    public void Handles_that_were_never_given_out_stand_in_a_report_as_the_driver_said_them()
    {
        using var bench = Scene.Start(BrokenLibrary.Plug());
        var device = bench.AddDevice("report@attach");

        bench.Must(bench.Attach(device, bench.BlockedDomain()));

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal(new SmmuHandle(12345), report.Smmu);
        Assert.Equal(new MasterHandle(-7), report.Master);
    }
}
