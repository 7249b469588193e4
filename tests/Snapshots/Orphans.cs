namespace SmmuConformance.Snapshots;

/// <summary>Approved files that no test reads any more prove nothing, and look as if they did.</summary>
public sealed class Orphans : IDisposable
{
    private static readonly HashSet<string> Claimed = ["Class.Method_case"];

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_file_belongs_to_a_test()
    {
        var orphans = SnapshotFolder.OfTheProject.Orphans(SnapshotRegistry.Names);

        Assert.True(
            orphans.Count == 0,
            $"no test claims these files under tests/Snapshots/Verified:\n  {string.Join("\n  ", orphans)}"
        );
    }

    [Fact]
    public void A_claimed_pair_is_no_orphan()
    {
        Put("reference/Class.Method_case.verified.txt");
        Put("other/Class.Method_case.received.txt");

        Assert.Empty(Find());
    }

    [Theory]
    [InlineData("reference/Class.Method_gone.verified.txt")]
    [InlineData("reference/Class.Method_gone.received.txt")]
    [InlineData("reference/Class.Method_CASE.verified.txt")]
    [InlineData("reference/deeper/Class.Method_case.verified.txt")]
    [InlineData("reference/Class.Method_case.verified.md")]
    [InlineData("Class.Method_case.verified.txt")]
    public void Anything_else_is(string file)
    {
        Put("reference/Class.Method_case.verified.txt");
        Put(file);

        Assert.Equal([file], Find());
    }

    [Fact]
    public void Two_classes_cannot_claim_one_name()
    {
        var union = () => SnapshotRegistry.Union([("One", ["Same.Name"]), ("Two", ["Same.Name"])]);

        Assert.Contains(
            "One",
            Assert.Throws<InvalidOperationException>(union).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Class.Method_a b")]
    [InlineData("Class.Method_a/b")]
    [InlineData(".Class")]
    [InlineData("")]
    public void A_name_is_a_file_name_on_every_system(string name)
    {
        var union = () => SnapshotRegistry.Union([("One", [name])]);

        Assert.Throws<InvalidOperationException>(union);
    }

    [Fact]
    public async Task A_snapshot_nobody_claims_is_refused()
    {
        var verify = () => Snapshot.Verify("reference", "Nobody.Claims_this", "text");

        await Assert.ThrowsAsync<ArgumentException>(verify);
    }

    private IReadOnlyList<string> Find() => new SnapshotFolder(_folder).Orphans(Claimed);

    private void Put(string file)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "text\n");
    }
}
