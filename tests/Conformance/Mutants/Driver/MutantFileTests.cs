using FluentAssertions;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Plugging;
using SmmuConformance.Conformance.Rules;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Files of mutants: what is wrong with one is said, with its name and what to do.</summary>
public sealed class MutantFileTests
{
    private const string Line = """
        {"id": "a", "file": "Domains/IdPool.cs", "old": "_returned.Min", "new": "_returned.Max", "wrong": "w", "rules": ["asid.002"]}
        """;

    [Fact]
    public void A_folder_gives_the_mutants_of_all_its_files()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.jsonl", Line);
        folder.Write("two.jsonl", Line.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        folder.Write("notes.txt", "not ours");

        DriverMutants.In(folder.Path).Select(mutant => mutant.Id).Should().Equal("a", "b");
    }

    [Fact]
    public void A_mutant_of_a_folder_is_judged_as_ours_are()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "bug.jsonl",
            """
            {"id": "abort-is-invalid", "file": "Tables/StreamEntries.cs", "old": "public static Ste Abort() => new() { V = true,", "new": "public static Ste Abort() => new() { V = false,", "wrong": "Streams without a domain are invalid instead of aborting.", "rules": ["stream-table.*", "contract.*", "linux.*"], "likely": ["strtab", "ste"]}
            """
        );

        var kill = new Hunt(DriverMutants.In(folder.Path).Single().Suspect()).First();

        kill.Should().NotBeNull();
        kill!.Rule.Should().NotBeNull();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var reading = () => DriverMutants.In("/no/such/folder");

        reading
            .Should()
            .Throw<FormatException>()
            .WithMessage("SMMU_MUTANTS: there is no folder */no/such/folder*adding-a-mutant.md*");
    }

    [Fact]
    public void A_folder_without_files_is_named()
    {
        using var folder = new TemporaryFolder();

        var reading = () => DriverMutants.In(folder.Path);

        reading.Should().Throw<FormatException>().WithMessage("*no file in * ends in .jsonl*");
    }

    [Theory]
    [InlineData("{\"id\": \"a\"}", "*bugs.jsonl, line 2: *missing required*")]
    [InlineData("{\"id\": \"a\"", "*bugs.jsonl, line 2: *")]
    [InlineData("nonsense", "*bugs.jsonl, line 2: *")]
    public void A_line_that_is_no_mutant_is_named(string line, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("bugs.jsonl", $"{Line}\n{line}\n");

        var reading = () => DriverMutants.In(folder.Path);

        reading.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void A_field_that_does_not_exist_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "bugs.jsonl",
            Line.Replace("\"wrong\"", "\"rule\": 1, \"wrong\"", StringComparison.Ordinal)
        );

        var reading = () => DriverMutants.In(folder.Path);

        reading.Should().Throw<FormatException>().WithMessage("*bugs.jsonl, line 1: *rule*");
    }

    [Theory]
    [InlineData("Domains/NoSuch.cs", "x", "y", "mutant m: there is no file Domains/NoSuch.cs")]
    [InlineData("Domains/IdPool.cs", "no such text", "", "mutant m: its text is not in *")]
    [InlineData("Domains/IdPool.cs", "_returned", "", "mutant m: its text is more than once in *")]
    [InlineData("Domains/IdPool.cs", "_returned.Min", "nobody", "mutant m does not compile: *")]
    public void A_change_that_cannot_be_made_is_named(
        string file,
        string old,
        string @new,
        string message
    )
    {
        var mutant = new DriverMutant("m", file, old, @new, "w", ["asid.002"]);

        var making = () => mutant.Suspect();

        making.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void Mutants_name_rules_and_profiles_that_exist()
    {
        var monitored = MonitorRules.All.Select(rule =>
            ((MonitorRule)Activator.CreateInstance(rule)!).Id
        );
        var known = RuleRegistry
            .Catalogue.Rules.Select(rule => rule.Id)
            .Concat(monitored)
            .ToHashSet();

        foreach (var mutant in DriverMutants.Ours)
        {
            mutant.Rules.Should().NotBeEmpty(mutant.Id).And.BeSubsetOf(known, mutant.Id);
            foreach (var profile in mutant.Profiles.IsDefault ? [] : mutant.Profiles)
                CaseProfiles.Named(profile).Should().NotBeNull();
        }
    }

    [Fact]
    public void No_two_mutants_have_one_name() =>
        DriverMutants.Ours.Select(mutant => mutant.Id).Should().OnlyHaveUniqueItems();
}
