using System.Text;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>The trace as text: one line an act; a store to an entry shows only the fields it changed.</summary>
public static class TraceText
{
    /// <summary>The lines of some entries.</summary>
    /// <param name="entries">What to print.</param>
    /// <param name="arrow">Number of the entry that a message is about; 0: none.</param>
    public static string Of(IEnumerable<TraceEntry> entries, int arrow = 0)
    {
        var text = new StringBuilder();
        foreach (var run in Runs(entries))
        {
            var (first, last) = (run[0], run[^1]);
            var arrowHere = first.Number <= arrow && arrow <= last.Number;
            var head =
                first is OperationStarted ? "" : $"{(arrowHere ? "->" : "  ")}{first.Number, 5}  ";
            text.Append(head).Append(run.Count == 1 ? Line(first) : RunLine(run)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>
    /// The lines of some entries for comparison with an earlier run: without numbers, so that one more act is one more
    /// line, and with a few words of memory that no SMMU reads at that moment printed as what they are before or after.
    /// </summary>
    /// <param name="entries">What to print.</param>
    /// <param name="otherwise">What stands at an address when it is in use; a place of no kind if nothing does.</param>
    public static string Unnumbered(
        IEnumerable<TraceEntry> entries,
        Func<PhysicalAddress, Place> otherwise
    )
    {
        var text = new StringBuilder();
        var descriptors = 0;
        foreach (var run in Runs(entries))
        {
            descriptors = IsDescriptor(run[^1]) ? descriptors + 1 : LeftOut(descriptors);
            if (descriptors > MostDescriptors)
                continue;
            var indent = run[0] is OperationStarted ? "" : "  ";
            var summed = run.Count > MostPreparedWords;
            var lines = summed ? [RunLine(run)] : run.Select(entry => Named(entry, otherwise));
            foreach (var line in lines)
                text.Append(indent).Append(line).Append('\n');
        }
        return text.ToString();

        int LeftOut(int count)
        {
            if (count > MostDescriptors)
                text.Append($"  store  {count - MostDescriptors} more table descriptors\n");
            return 0;
        }
    }

    // Enough to see the pattern.
    private const int MostDescriptors = 4;

    private static bool IsDescriptor(TraceEntry entry) =>
        entry is StoreEntry { Place.Kind: PlaceKind.TranslationTable };

    // An entry has eight words; more is a table.
    private const int MostPreparedWords = 8;

    private static string Named(TraceEntry entry, Func<PhysicalAddress, Place> otherwise) =>
        entry switch
        {
            StoreEntry { Place.IsStructure: false } store
                when otherwise(store.Address) is { IsStructure: true } place => StoreLine(
                store with
                {
                    Place = place,
                },
                "  (not in use)"
            ),
            CleanEntry clean when otherwise(clean.Address) is { IsStructure: true } place =>
                $"clean  {(place.Kind == PlaceKind.CommandQueue ? "command slot" : place)} +0x{clean.Bytes:x}",
            RegisterWriteEntry write => Line(write) + FieldsOf(write),
            _ => Line(entry),
        };

    // What a register of several fields is set to is read from its fields.
    private static string FieldsOf(RegisterWriteEntry write)
    {
        foreach (var register in LayoutCatalogue.Registers)
            if (register.Offset == write.Offset)
            {
                var fields = LayoutText.Line(register.Layout, [write.Value])[
                    register.Name.Length..
                ];
                return fields.Count(c => c == '=') > 1 ? $" {fields}" : "";
            }
        return "";
    }

    // Memory that no SMMU reads yet is filled by the hundred words: one line says enough.
    private static IEnumerable<List<TraceEntry>> Runs(IEnumerable<TraceEntry> entries)
    {
        List<TraceEntry> run = [];
        foreach (var entry in entries)
        {
            // The command itself follows as soon as it is consumed; its two stores say nothing more.
            if (entry is StoreEntry { Place.Kind: PlaceKind.CommandQueue })
                continue;
            if (run.Count > 0 && !(IsPreparation(entry) && IsPreparation(run[^1])))
            {
                yield return run;
                run = [];
            }
            run.Add(entry);
        }
        if (run.Count > 0)
            yield return run;
    }

    private static bool IsPreparation(TraceEntry entry) =>
        entry is StoreEntry { Place.IsStructure: false };

    private static string RunLine(List<TraceEntry> run) =>
        $"store  {run.Count} words of memory {((StoreEntry)run[0]).Address} .. {((StoreEntry)run[^1]).Address}";

    /// <summary>One entry, without its number.</summary>
    public static string Line(TraceEntry entry) =>
        // Where there are several, what the first one does is most of it.
        entry.Smmu > 0
        && entry is not StoreEntry
            ? $"{LineOf(entry)}  (SMMU {entry.Smmu})"
            : LineOf(entry);

    private static string LineOf(TraceEntry entry) =>
        entry switch
        {
            OperationStarted operation => operation.Text,
            OperationEnded operation => $"return {operation.Outcome}",
            StoreEntry store => StoreLine(store),
            BarrierEntry => "barrier",
            CleanEntry clean => $"clean  {clean.Address} +0x{clean.Bytes:x}",
            AllocateEntry block => $"alloc  {block.Address} +0x{block.Bytes:x}",
            FreeEntry block => $"free   {block.Address} +0x{block.Bytes:x}",
            RegisterWriteEntry write => $"write  {RegisterName(write.Offset)}  0x{write.Value:x}",
            RegisterReadEntry read =>
                $"read   {RegisterName(read.Offset)}  0x{read.Value:x}{(read.Times > 1 ? $"  ({read.Times} times)" : "")}",
            MisuseEntry misuse =>
                $"misuse {misuse.Misuse.Kind} of {RegisterName(misuse.Misuse.Offset)}  0x{misuse.Misuse.Value:x}  §{misuse.Misuse.Clause}",
            CommandEntry command =>
                $"cmd    {command.Command}{(command.Error == CommandError.None ? "" : $"  refused: {command.Error}")}",
            EventEntry record => $"event  {record.Record}{(record.Lost ? "  (lost)" : "")}",
            MsiEntry msi => $"msi    {msi.Address} <- 0x{msi.Data:x}",
            ErrorEntry error => $"gerror 0x{error.Bits.Value:x}",
            AccessEntry access => AccessLine(access),
            SwitchEntry enable => $"switch {enable.Stream}  {enable.Before} -> {enable.After}",
            AskEntry ask =>
                $"ask    group {ask.Fault.Group.Value} {ask.Fault.Address}{(ask.Fault.Last ? "  last" : "")}",
            ForwardEntry forward => $"forward to guest {forward.Guest.Value}: {forward.Record}",
            ReportEntry report => $"report {report.Report.Kind}: {report.Report.Record}",
            LogEntry log => $"log    {log.Level}: {log.Message}",
            ViolationEntry violation => $"BROKEN {violation.Violation.Rule.Id}",
            _ => entry.ToString(),
        };

    /// <summary>The manual's name of a register, or its offset.</summary>
    public static string RegisterName(uint offset)
    {
        foreach (var register in LayoutCatalogue.Registers)
            if (register.Offset == offset)
                return register.Name;
        return $"0x{offset:x}";
    }

    private static string StoreLine(StoreEntry store, string remark = "")
    {
        var place = store.Place;
        var words = $"store  {place}[{place.Word}]  {store.Old:x16} -> {store.New:x16}{remark}";
        if (LayoutOf(place.Kind) is not { } layout)
            return words;
        var text = new StringBuilder(words);
        foreach (var field in layout.Fields)
            if (field.Word == place.Word && ((store.Old ^ store.New) & field.Mask) != 0)
                text.Append(
                    $"\n             {field.Range, -9}  {field.Name, -13}  {field.Print(store.Old)} -> {field.Print(store.New)}"
                );
        if (((store.Old ^ store.New) & layout.Reserved(place.Word)) is var stray and not 0)
            text.Append($"\n             {"", -9}  {"RES0", -13}  changed in 0x{stray:x}");
        return text.ToString();
    }

    internal static Layout? LayoutOf(PlaceKind kind) =>
        kind switch
        {
            PlaceKind.Ste => Ste.Layout,
            PlaceKind.L1Std => L1Std.Layout,
            PlaceKind.Cd => Cd.Layout,
            PlaceKind.L1Cd => L1Cd.Layout,
            _ => null,
        };

    private static string AccessLine(AccessEntry access)
    {
        var (transaction, translation) = (access.Transaction, access.Translation);
        var what =
            transaction.Write ? "write"
            : transaction.Instruction ? "fetch"
            : "read";
        var substream = transaction.SubstreamValid ? $".{transaction.Substream}" : "";
        var result = translation.Passed ? $"-> {translation.Address}" : $"{translation.Result}";
        return $"dma    {transaction.Stream}{substream} {what} {transaction.Address}  {result}";
    }
}
