using System.Collections.Immutable;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>The committed list of cases is the list of cases.</summary>
public sealed class CatalogueLockTests
{
    private static readonly ImmutableArray<CaseDeclaration> Before = Catalogue.Of([typeof(One)]);
    private static readonly ImmutableArray<CaseDeclaration> Changed = Catalogue.Of([
        typeof(OneAndTwo),
    ]);

    [Fact]
    public void Catalogue_lock_is_what_the_attributes_say()
    {
        var committed = Resource.Current(CatalogueLock.FileName);
        if (Environment.GetEnvironmentVariable(CatalogueLock.AcceptVariable) == "1")
        {
            Assert.True(Environment.GetEnvironmentVariable("CI") is null, "CI accepts nothing");
            var path = Resource.SourcePath(CatalogueLock.FileName);
            File.WriteAllText(path, CatalogueLock.Accept(Catalogue.Cases, File.ReadAllText(path)));
            return;
        }

        var differences = CatalogueLock.Differences(Catalogue.Cases, committed);

        Assert.True(
            differences.IsEmpty,
            $"{CatalogueLock.FileName} and the attributes differ:\n{string.Join('\n', differences)}\n"
                + $"If this is meant: {CatalogueLock.AcceptVariable}=1 dotnet test tests/Conformance --filter CatalogueLock, then review the diff."
        );
    }

    [Fact]
    public void A_new_and_a_changed_case_show_as_lines()
    {
        var committed = CatalogueLock.Accept(Before, "");

        var differences = CatalogueLock.Differences(Changed, committed);

        Assert.Equal(
            [
                "- ste.one | architecture | 0.1 | ste.001 | A first title",
                "+ ste.one | architecture | 0.1 | ste.001 ste.002 | A first title",
                "+ ste.two | linux | 0.2 | ste.002 | A second title",
            ],
            differences.AsEnumerable()
        );
    }

    [Fact]
    public void A_case_that_goes_retires_its_id()
    {
        var committed = CatalogueLock.Accept(Changed, "");

        var accepted = CatalogueLock.Accept(Before, committed);

        Assert.EndsWith("never used again.\nste.two\n", accepted);
        Assert.Contains(
            "! ste.two is retired and must not be used again",
            CatalogueLock.Differences(Changed, accepted)
        );
        Assert.Throws<InvalidOperationException>(() => CatalogueLock.Accept(Changed, accepted));
    }

    [Fact]
    public void Two_cases_of_one_id_are_named() =>
        Assert.Equal(
            ["! ste.one is the id of two cases"],
            CatalogueLock.Differences([.. Before, .. Before], "").AsEnumerable()
        );

    [Fact]
    public void Accepting_twice_changes_nothing()
    {
        var once = CatalogueLock.Accept(Changed, "");

        Assert.Equal(once, CatalogueLock.Accept(Changed, once));
        Assert.Empty(CatalogueLock.Differences(Changed, once));
    }

    [Fixture]
    public sealed class One
    {
        [Case("ste.one", Level.Architecture, "ste.001")]
        public void A_first_title(Profile profile) { }
    }

    [Fixture]
    public sealed class OneAndTwo
    {
        [Case("ste.one", Level.Architecture, "ste.001", "ste.002")]
        public void A_first_title(Profile profile) { }

        [Case("ste.two", Level.Linux, "ste.002", Since = "0.2")]
        public void A_second_title(Profile profile) { }
    }
}
