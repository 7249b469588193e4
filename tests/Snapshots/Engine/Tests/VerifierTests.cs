using VerifyTests;

namespace VerifyXunit.Tests;

/// <summary>The calls that tests write, which Verify.Xunit understands too.</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Folder_and_name_can_be_chained()
    {
        Approve("Chained.Call", "text\n");

        await Verifier.Verify("text\n").UseDirectory(_folder).UseFileName("Chained.Call");
    }

    [Fact]
    public async Task Folder_and_name_can_come_as_settings()
    {
        Approve("Settings.Call", "text\n");
        var settings = new VerifySettings();
        settings.UseDirectory(_folder);
        settings.UseFileName("Settings.Call");

        await Verifier.Verify("text\n", settings);
    }

    [Fact]
    public Task A_test_can_return_the_call()
    {
        Approve("Returned.Call", "text\n");

        return Verifier.Verify("text\n").UseDirectory(_folder).UseFileName("Returned.Call");
    }

    [Fact]
    public async Task Folders_are_relative_to_the_calling_file()
    {
        Approve("Relative.Call", "text\n");

        await Verifier
            .Verify("text\n", sourceFile: Path.Combine(_folder, "below", "Some.cs"))
            .UseDirectory("..")
            .UseFileName("Relative.Call");
    }

    [Fact]
    public async Task A_name_is_used_once_a_run()
    {
        Approve("Same.Call", "text\n");
        await Verifier.Verify("text\n").UseDirectory(_folder).UseFileName("Same.Call");

        var again = () =>
            Verifier.Verify("text\n").UseDirectory(_folder).UseFileName("Same.Call").ToTask();

        await Assert.ThrowsAsync<InvalidOperationException>(again);
    }

    [Fact]
    public async Task A_call_without_a_name_is_refused()
    {
        var nameless = () => Verifier.Verify("text\n").UseDirectory(_folder).ToTask();

        await Assert.ThrowsAsync<InvalidOperationException>(nameless);
    }

    private void Approve(string name, string text) =>
        File.WriteAllText(Path.Combine(_folder, $"{name}.verified.txt"), text);
}
