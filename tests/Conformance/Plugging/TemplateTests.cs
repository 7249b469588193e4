using System.Diagnostics;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>What <c>dotnet new smmu-driver</c> makes builds at once, and keeps what the interface promises.</summary>
public sealed class TemplateTests
{
    [SkippableFact]
    public void A_new_driver_in_C_builds_and_passes_smoke()
    {
        Skip.IfNot(Programs.Find("cc") is not null, "cc is not on PATH");
        Skip.IfNot(Programs.Find("sh") is not null, "sh is not on PATH");
        using var folder = new TemporaryFolder();
        var driver = Path.Combine(folder.Path, "new-driver");
        var template = Path.Combine(Repository.Root, "templates", "smmu-driver");
        Run(folder, "dotnet", "new", "install", template);
        Run(
            folder,
            "dotnet",
            ["new", "smmu-driver", "--lang", "c", "--suite", Repository.Root, "-o", driver]
        );
        Run(folder, "sh", Path.Combine(driver, "build.sh"));

        var run = new PluggedRun(PluggedDriver.Parse(Path.Combine(driver, "driver.json")));
        var fault = AdapterCheck.FaultOf(null, run.Of);

        Assert.Equal("new-driver", run.Description.Name);
        Assert.Null(fault);
    }

    // With a home of its own, so that whoever runs this keeps the templates that they have.
    private static void Run(TemporaryFolder home, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_HOME"] = home.Path;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)} fails:\n{output}{error.Result}"
        );
    }
}
