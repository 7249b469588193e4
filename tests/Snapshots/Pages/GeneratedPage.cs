using System.Text;

namespace SmmuConformance.Snapshots;

/// <summary>A page of documentation that is written from the code and committed: the page itself is the verified file.</summary>
/// <param name="folder">Full path of its folder.</param>
/// <param name="name">Its name without the ending.</param>
internal sealed class GeneratedPage(string folder, string name)
{
    private readonly string _page = Path.Combine(folder, $"{name}.md");
    private readonly string _received = Path.Combine(folder, $"{name}.received.md");

    /// <summary>A page under docs/reference.</summary>
    public static GeneratedPage Reference(string name) =>
        new(Path.Combine(Repository.Root, "docs", "reference"), name);

    /// <summary>Fails if the page is not the text given, and leaves that text beside it for approval.</summary>
    public void Verify(string text)
    {
        var received = Snapshot.Normal(text);
        var page = File.Exists(_page) ? Snapshot.Normal(File.ReadAllText(_page)) : null;
        if (page == received)
        {
            File.Delete(_received);
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(_received, received, new UTF8Encoding(false));
        Assert.Fail(Disagreement.Message(_page, page, _received, received));
    }
}
