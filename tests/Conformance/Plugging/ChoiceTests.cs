using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>What SMMU_DUT may say, and what is said of what it may not.</summary>
public sealed class ChoiceTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("Reference")]
    [InlineData("native:")]
    [InlineData("assembly: ")]
    [InlineData("process:")]
    [InlineData("plugin:driver.so")]
    [InlineData("/usr/lib/driver.so")]
    public void What_names_no_driver_is_answered_with_what_does(string text) =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(text)),
            $"SMMU_DUT is `{text.Trim()}`, which names no driver. Write `reference`",
            "`assembly:path[,type]`",
            "`native:path`",
            "`process:command line`",
            "driver.json"
        );

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" reference ")]
    public void Nothing_names_the_reference_driver(string? text) =>
        Assert.True(PluggedDriver.Parse(text).IsReference);

    [Theory]
    [InlineData("process:driver 'a b", '\'')]
    [InlineData("process:\"driver --verbose", '"')]
    public void A_quote_that_is_not_closed_is_shown(string text, char quote) =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(text)),
            $"the quote {quote} in `{text["process:".Length..]}` is not closed"
        );

    [Theory]
    [InlineData("process:/nowhere/driver --fast", "/nowhere/driver")]
    [InlineData("process:no-such-program-in-path", "no-such-program-in-path")]
    [InlineData("process:''", "")]
    public void A_program_that_is_not_there_is_named(string text, string program) =>
        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(text)),
            $"driver {text}: `{program}` cannot be started",
            "is it there and executable?"
        );

    [SkippableFact]
    public void A_program_that_may_not_be_executed_is_named()
    {
        Skip.If(OperatingSystem.IsWindows(), "there every file may be executed");
        using var folder = new TemporaryFolder();
        var path = folder.Write("driver", "#!/bin/sh\n");

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse($"process:{path}")),
            $"`{path}` cannot be started",
            "is it there and executable?"
        );
    }

    [SkippableFact]
    public void The_path_of_a_program_starts_at_the_folder_and_its_last_argument_is_no_manifest()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs a file that is made executable");
        using var folder = new TemporaryFolder();
        var script = folder.Write(
            "driver",
            "#!/bin/sh\necho \"my options are in $1\" >&2\nexit 4\n"
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);

        Scene.MustSay(
            Scene.FaultOfChoosing(() =>
                PluggedDriver.Parse("process:./driver options.json", new() { Folder = folder.Path })
            ),
            "ended while starting: it exited with code 4",
            "my options are in options.json"
        );
    }
}
