using FluentAssertions;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What is published of what the suite finds is complete, and true of the mutants and cases that there are.</summary>
public sealed class DetectionTests
{
    private static readonly Lazy<KillTable> s_table = new(() =>
        Environment.GetEnvironmentVariable(Matrix.Variable) is { Length: > 0 } how
            ? FoundOut(how)
            : KillTable.Committed
    );

    [Fact]
    public void The_page_is_what_the_table_says() =>
        Repository.Verify("detection.md", DetectionPage.Of(s_table.Value));

    [Fact]
    public void Every_mutant_is_in_the_table_and_no_other()
    {
        s_table.Value.Records.Should().OnlyContain(record => MutantInfo.Exists(record));
        var judged = s_table.Value.Records.Select(record => (record.Suite, record.Mutant));
        Matrix
            .Entries.Select(entry => (entry.Suite, entry.Mutant))
            .Except(judged)
            .Should()
            .BeEmpty($"{Matrix.Variable}=new finds out what kills them");
    }

    [Fact]
    public void What_survives_has_a_reason_and_what_has_a_reason_survives()
    {
        var survivors = s_table
            .Value.Records.Where(record => record.Survives)
            .Select(record => (record.Suite, record.Mutant));
        var excused = Equivalent.All.Select(one => (one.Suite, one.Mutant));

        survivors.Should().BeEquivalentTo(excused);
    }

    [Fact]
    public void A_failure_names_a_rule_that_is_broken() =>
        s_table
            .Value.Records.Where(record => !record.Survives && !MutantInfo.IsNamed(record))
            .Select(record => $"{record.Suite} {record.Mutant}, {record.First}")
            .Should()
            .BeEmpty();

    [Fact]
    public void Small_sets_hold_cases_of_the_catalogue_and_find_most()
    {
        var ids = Catalogue.Cases.Select(declaration => declaration.Id).ToHashSet();
        foreach (var name in CaseSets.Names)
            CaseSets.Members(name).Except(ids).Should().BeEmpty($"{name} names no other");

        CaseSets.Members(CaseSets.PullRequest).Should().Contain(CaseSets.Members(CaseSets.Smoke));
        SmallSets
            .Share(s_table.Value, [.. CaseSets.Members(CaseSets.Smoke)])
            .Should()
            .BeGreaterThan(0.8);
        SmallSets
            .Share(s_table.Value, [.. CaseSets.Members(CaseSets.PullRequest)])
            .Should()
            .BeGreaterThan(0.95);
    }

    [Fact]
    public void A_case_that_kills_nothing_has_a_reason_and_no_other_has()
    {
        var idle = Idle.Of(s_table.Value).ToList();

        idle.Where(id => Idle.ReasonOf(id) is null)
            .Should()
            .BeEmpty(
                $"each needs a mutant ({Matrix.Variable}=new finds whether one kills it) or a reason in idle.jsonl"
            );
        Idle.All.Select(one => one.Case).Should().BeSubsetOf(idle, "others need no reason");
    }

    [Fact]
    public void Every_case_of_the_table_is_in_the_catalogue() =>
        s_table
            .Value.Records.SelectMany(record => record.Cases)
            .Distinct()
            .Except(Catalogue.Cases.Select(declaration => declaration.Id))
            .Should()
            .BeEmpty();

    [Fact]
    public void Every_bug_of_history_is_recreated_or_left_out_for_a_reason()
    {
        var recreated = DriverMutants
            .Ours.Select(mutant => mutant.Row)
            .OfType<string>()
            .ToHashSet();

        foreach (var bug in HistoricalBug.All)
            (recreated.Contains(bug.Row) ^ bug.LeftOut is not null)
                .Should()
                .BeTrue($"{bug.Row} ({bug.Bug}) has a mutant, or a reason why it has none");
        recreated.Except(HistoricalBug.All.Select(bug => bug.Row)).Should().BeEmpty();
    }

    private static KillTable FoundOut(string how)
    {
        if (how == "sets")
        {
            SmallSets.Write(KillTable.Committed);
            return KillTable.Committed;
        }
        var reference = Path.Combine(Repository.Root, "docs", "reference");
        var path = Path.Combine(reference, "detection.csv");
        var log = Path.Combine(Resource.ResultsFolder, "matrix.txt");
        Directory.CreateDirectory(Resource.ResultsFolder);
        File.WriteAllText(log, "");
        void Progress(string line) => File.AppendAllText(log, $"{line}\n");
        if (how == "samples")
        {
            var file = Path.Combine(reference, SampleWireTable.File);
            SampleWires.FindOut(
                SampleWireTable.Parse(File.ReadAllText(file)),
                table => File.WriteAllText(file, $"{table}")
            );
            return KillTable.Committed;
        }
        var table = Matrix.Update(
            KillTable.Parse(File.ReadAllText(path)),
            how,
            Progress,
            found => File.WriteAllText(path, $"{found}")
        );
        File.WriteAllText(path, $"{table}");
        return table;
    }
}
