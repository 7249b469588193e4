using SmmuConformance.Bench;
using SmmuConformance.Conformance.Results;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>What users copy or check against is what this version has.</summary>
public sealed class CopiesTests
{
    [Fact]
    public void The_template_brings_the_header_of_this_version()
    {
        var ours = Path.Combine(
            Repository.Root,
            "src",
            "Driver",
            "Adapters",
            "Native",
            "smmu_driver.h"
        );
        var copy = Path.Combine(Repository.Root, "templates", "smmu-driver", "c", "smmu_driver.h");

        Assert.True(
            File.ReadAllText(ours) == File.ReadAllText(copy),
            $"copy {ours} over {copy}: a driver made from the template would speak another version"
        );
    }

    [Fact]
    public void The_schema_of_the_manifest_is_what_is_read() =>
        Repository.Verify(
            "driver.schema.json",
            SchemaText.Of("driver.json", typeof(DriverManifest), DriverManifest.Json)
        );
}
