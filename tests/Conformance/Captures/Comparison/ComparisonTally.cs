using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>How much of one capture was compared, and with what result.</summary>
public sealed class TallyRow
{
    /// <summary>Words of registers, entries, descriptors and commands that are not zero on both sides.</summary>
    public int Words { get; set; }

    /// <summary>Words of which a field differs for a listed reason.</summary>
    public int ExplainedWords { get; set; }

    /// <summary>Sequences of steps: the start, every change of a stream, every flush, the shutdown.</summary>
    public int Sequences { get; set; }

    /// <summary>Sequences that differ for listed reasons.</summary>
    public int ExplainedSequences { get; set; }

    /// <summary>Unmapped ranges.</summary>
    public int Unmaps { get; set; }

    /// <summary>Stores to tables that belong to a sequence.</summary>
    public int Stores { get; set; }

    /// <summary>Commands that belong to a sequence or an unmap.</summary>
    public int Commands { get; set; }

    /// <summary>Commands of sequences that differ for listed reasons.</summary>
    public int ExplainedCommands { get; set; }

    /// <summary>The reasons, by their ids.</summary>
    public SortedSet<string> Reasons { get; } = new(StringComparer.Ordinal);
}

/// <summary>How much of each capture was compared, and with what result.</summary>
public sealed class ComparisonTally
{
    private readonly Dictionary<string, TallyRow> _rows = [];

    /// <summary>What was counted for a capture.</summary>
    public TallyRow this[string capture] =>
        _rows.TryGetValue(capture, out var row) ? row : _rows[capture] = new();

    /// <summary>Every row added up.</summary>
    public TallyRow Sum()
    {
        var sum = new TallyRow();
        foreach (var row in _rows.Values)
        {
            sum.Words += row.Words;
            sum.ExplainedWords += row.ExplainedWords;
            sum.Sequences += row.Sequences;
            sum.ExplainedSequences += row.ExplainedSequences;
            sum.Unmaps += row.Unmaps;
            sum.Stores += row.Stores;
            sum.Commands += row.Commands;
            sum.ExplainedCommands += row.ExplainedCommands;
        }
        return sum;
    }

    /// <summary>A word was compared.</summary>
    public void Word(Capture capture, IReadOnlyCollection<string> reasons)
    {
        var row = this[capture.Name];
        row.Words++;
        if (reasons.Count > 0)
            row.ExplainedWords++;
        row.Reasons.UnionWith(reasons);
    }

    /// <summary>A sequence of steps was compared.</summary>
    public void Sequence(
        Capture capture,
        IReadOnlyCollection<OperationStep> steps,
        IReadOnlyCollection<string> reasons
    )
    {
        var row = this[capture.Name];
        var commands = steps.Count(step => step.Kind == StepKind.Command);
        row.Sequences++;
        row.Stores += steps.Count(step => step.Kind == StepKind.Table);
        row.Commands += commands;
        if (reasons.Count > 0)
        {
            row.ExplainedSequences++;
            row.ExplainedCommands += commands;
        }
        row.Reasons.UnionWith(reasons);
    }

    /// <summary>An unmap was compared; a CMD_SYNC ends it.</summary>
    public void Unmap(Capture capture, int commands)
    {
        this[capture.Name].Unmaps++;
        this[capture.Name].Commands += commands + 1;
    }
}
