using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>Manifests that are not as they must be, and manifests that lie.</summary>
public sealed class ManifestTests
{
    private static readonly DriverDescription s_reference = new ReferenceDriver().Describe();

    public static TheoryData<string, string> Malformed =>
        new()
        {
            { """{ "format": 1, "driver": "reference", "colour": "red" }""", "colour" },
            { """{ "format": 1 }""", "driver" },
            { """{ "driver": "reference" }""", "format" },
            { """{ "format": "1", "driver": "reference" }""", "$.format" },
            { """{ "format": 1, "driver": 7 }""", "$.driver" },
            { """{ "format": 1, "driver": null }""", "driver" },
            { """{ "format": 1, "driver": "reference", "options": null }""", "options" },
            {
                """{ "format": 1, "driver": "reference", "capabilities": ["Stage9"] }""",
                "$.capabilities[0]"
            },
            {
                """{ "format": 1, "driver": "reference", "policies": { "flushMode": 1 } }""",
                "$.policies.flushMode"
            },
            {
                """{ "format": 1, "driver": "reference", "observation": "Sometimes" }""",
                "$.observation"
            },
            { """{ "format": 1, "driver": "reference" } and more""", "'a'" },
            { """{ "format": 1, "driver": "refer""", "end of" },
            { "", "any JSON tokens" },
            { "not json at all", "invalid JSON literal" },
            { "[]", "DriverManifest" },
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_manifest_that_is_malformed_is_named_with_what_is_wrong(string text, string what)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("driver.json", text);

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(path)),
            $"manifest {path}, line ",
            what,
            "What may stand there: docs/reference/driver.schema.json"
        );
    }

    [Theory]
    [InlineData("null", "it says `null`")]
    [InlineData(
        """{ "format": 2, "driver": "reference" }""",
        "format is 2; this version of the suite reads format 1"
    )]
    [InlineData("""{ "format": 1, "driver": " " }""", "`driver` is empty; name the driver")]
    [InlineData(
        """{ "format": 1, "driver": "other.json" }""",
        "`driver` names another manifest, `other.json`; name the driver itself"
    )]
    [InlineData(
        """{ "format": 1, "driver": "reference", "seconds": 0 }""",
        "`seconds` is 0; it must be above 0"
    )]
    [InlineData(
        """{ "format": 1, "driver": "reference", "seconds": 1e300 }""",
        "`seconds` is 1E+300; it must be above 0 and at most 86400"
    )]
    public void A_manifest_that_means_nothing_is_named_with_the_remedy(string text, string what)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("driver.json", text);

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(path)),
            $"manifest {path}: {what}"
        );
    }

    [Fact]
    public void A_manifest_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "driver.json");

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(path)),
            $"manifest {path}: it cannot be read: "
        );
    }

    [Fact]
    public void A_driver_that_a_manifest_names_is_looked_for_beside_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("driver.json", """{ "format": 1, "driver": "native:mine.so" }""");

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(path)),
            $"looked for {Path.Combine(folder.Path, "mine.so")}"
        );
    }

    public static TheoryData<string, string> Lies =>
        new()
        {
            { "\"name\": \"mine\"", $"says name `mine`, the driver says `{s_reference.Name}`" },
            { "\"version\": \"0\"", $"says version `0`, the driver says `{s_reference.Version}`" },
            { "\"capabilities\": []", "does not list Identity, Blocked" },
            { $"\"capabilities\": [{All}, \"Concurrent\"]", Surplus },
            { "\"policies\": { \"flushMode\": \"Lazy\" }", "FlushMode = Lazy" },
            { "\"policies\": { \"firstAsid\": 99 }", "FirstAsid = 99" },
            {
                "\"observation\": \"AtDoorbell\"",
                "says observation `AtDoorbell`, the driver says `EveryStore`"
            },
        };

    private static string All =>
        string.Join(", ", s_reference.Capabilities.ToString().Split(", ").Select(c => $"\"{c}\""));

    private static string Surplus =>
        s_reference.Capabilities.HasFlag(Capabilities.Concurrent)
            ? ""
            : "lists Concurrent, which the driver does not declare";

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_manifest_that_lies_is_named_with_the_lie(string lie, string told)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            "driver.json",
            $$"""{ "format": 1, "driver": "reference", {{lie}} }"""
        );
        if (told.Length == 0)
        {
            Assert.NotNull(PluggedDriver.Parse(path).Create());
            return;
        }

        Scene.MustSay(
            Scene.FaultOfChoosing(() => PluggedDriver.Parse(path)),
            $"manifest {path}: it ",
            told,
            "Correct the manifest, or the driver's description"
        );
    }

    [Fact]
    public void A_manifest_that_says_the_truth_is_believed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            "driver.json",
            $$"""
            {
              // Comments may stand here.
              "format": 1, "driver": "reference", "name": "{{s_reference.Name}}",
              "version": "{{s_reference.Version}}", "capabilities": [{{All}}],
              "observation": "EveryStore", "nonParallel": true, "seconds": 2.5,
            }
            """
        );

        var plugged = PluggedDriver.Parse(path);

        Assert.True(plugged.IsAlone);
        Assert.Equal(s_reference, plugged.Create().Describe());
    }

    [SkippableFact]
    public void A_driver_about_which_the_manifest_lies_is_let_go_of_each_time()
    {
        using var folder = new TemporaryFolder();
        var started = Path.Combine(folder.Path, "started");
        ScriptedProcess.MustHaveShell();
        folder.Write("said", ScriptedProcess.Welcome());
        folder.Write(
            "driver.sh",
            $"echo once >>'{started}'; cat '{Path.Combine(folder.Path, "said")}'; exec cat >/dev/null"
        );
        var plugged = PluggedDriver.Parse(
            folder.Write(
                "driver.json",
                """{ "format": 1, "driver": "process:sh driver.sh", "name": "other" }"""
            )
        );

        for (var i = 0; i < 3; i++)
            Scene.MustSay(
                Scene.FaultOfChoosing(() => plugged),
                "says name `other`, the driver says `scripted`"
            );

        Assert.Equal("once\n", File.ReadAllText(started));
    }
}
