using System.Diagnostics;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>A driver of another make under <c>samples</c>.</summary>
/// <param name="Name">Its folder, and the end of its name.</param>
/// <param name="Tools">One of each must be on PATH, or it cannot be had here.</param>
/// <param name="Build">The script that builds it, or null.</param>
/// <param name="Driver">How it is named, below its folder.</param>
internal sealed record Sample(string Name, string[][] Tools, string? Build, string Driver)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new(
            "c",
            [
                ["cc"],
                ["sh"],
            ],
            "build.sh",
            "native:build/libsample.so"
        ),
        new(
            "rust",
            [
                ["cargo"],
                ["sh"],
            ],
            "build.sh",
            "native:build/release/libsmmu_sample.so"
        ),
        new(
            "python",
            [
                ["python3"],
            ],
            null,
            "process:python3 driver.py"
        ),
    ];

    private string Folder => Path.Combine(Repository.Root, "samples", Name);

    /// <summary>Why it cannot be had on this machine, or null.</summary>
    public string? Missing() =>
        Tools.FirstOrDefault(one => Programs.Find(one) is null) is { } tool
            ? $"{string.Join(" or ", tool)} is not on PATH, and samples/{Name} needs it"
            : null;

    /// <summary>Builds it, and plugs it in.</summary>
    public PluggedDriver Plug()
    {
        if (Build is not null)
        {
            var start = new ProcessStartInfo("sh", Path.Combine(Folder, Build))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var build = Process.Start(start)!;
            var error = build.StandardError.ReadToEndAsync();
            build.StandardOutput.ReadToEnd();
            build.WaitForExit();
            Assert.True(build.ExitCode == 0, $"samples/{Name}/{Build} fails:\n{error.Result}");
        }
        return PluggedDriver.Parse(Driver, new() { Folder = Folder });
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
