using System.CommandLine;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;
using SmmuCommand = SmmuConformance.Architecture.Command;

namespace SmmuConformance.Decode;

/// <summary><c>command</c>, <c>event</c> and <c>page-request</c>: what stands in the three queues.</summary>
internal static class QueueCommands
{
    // Any record of the queue is this long.
    private static readonly Layout AnyCommand = LayoutCatalogue.Commands[0];
    private static readonly Layout AnyEvent = LayoutCatalogue.Events[0];

    /// <summary>Decodes commands: one, or a dump of the queue.</summary>
    public static Command Command(HardwareOptions hardware, WordOptions words, Terminal terminal)
    {
        var command = new Command("command", "Commands: 2 words each; a dump of the queue.");
        words.AddTo(command);
        hardware.AddTo(command);
        command.SetAction(parsed =>
        {
            var by = hardware.Of(parsed);
            var given = words.Structures(
                parsed,
                AnyCommand with
                {
                    Name = "a command",
                },
                Announcement.Command
            );
            var report = new Report(terminal.Out, whole: false);
            report.Judge(by);
            for (var i = 0; i < given.Length; i++)
                Print(report, new SmmuCommand(given[i][0], given[i][1]), i, by);
            return report.ExitCode;
        });
        return command;
    }

    /// <summary>Decodes event records, as a dump of the queue or as a kernel prints them.</summary>
    public static Command Event(HardwareOptions hardware, WordOptions words, Terminal terminal)
    {
        var command = new Command(
            "event",
            "Event records: 4 words each; or the lines of a kernel's log, from \"event 0x.. received\" on."
        );
        words.AddTo(command);
        hardware.AddTo(command);
        command.SetAction(parsed =>
        {
            var by = hardware.Given(parsed);
            var (text, source) = words.Text(parsed);
            var report = Begun(by, terminal);
            foreach (var group in HexText.Of(HexText.Read(text, source), Announcement.Event))
            {
                if (group.Tokens.Count < group.Most && group.Kind == Announcement.Event)
                    throw new InputException(
                        $"{source}: line {group.Line}: event 0x{group.EventId:x2} is announced, but {group.Tokens.Count} words follow, not 4: the log is cut"
                    );
                foreach (
                    var record in WordAssembly.Of(
                        group.Tokens,
                        AnyEvent with
                        {
                            Name = "an event record",
                        },
                        words.Width(parsed),
                        source
                    )
                )
                    Print(
                        report,
                        new EventRecord(record[0], record[1], record[2], record[3]),
                        group,
                        by
                    );
            }
            if (report.Records == 0)
                throw new InputException(
                    $"{source}: there is no event in it; an event is 4 words, or a line with \"event 0x.. received\" and 4 lines of a word each"
                );
            return report.ExitCode;
        });
        return command;
    }

    /// <summary>Decodes entries of the PRI queue.</summary>
    public static Command PageRequest(
        HardwareOptions hardware,
        WordOptions words,
        Terminal terminal
    )
    {
        var command = new Command("page-request", "Entries of the PRI queue: 2 words each.");
        words.AddTo(command);
        hardware.AddTo(command);
        command.SetAction(parsed =>
        {
            var by = hardware.Given(parsed);
            var given = words.Structures(parsed, PriQueueEntry.Layout);
            var report = Begun(by, terminal);
            for (var i = 0; i < given.Length; i++)
            {
                EntryCommands.Head(report, PriQueueEntry.Layout, i, given.Length);
                report.Structure(PriQueueEntry.Layout, given[i]);
                var entry = new PriQueueEntry(given[i]);
                Try(report, PriQueueEntry.Layout, given[i], entry.StreamID, by);
                if (by is { Profile.IDR0.PRI: false })
                    report.Wrong("this SMMU has no PRI queue: SMMU_IDR0.PRI = 0  (§6.3.1)");
                report.Verdict(
                    entry.IsStopMarker
                        ? "a Stop PASID marker: nothing is wanted, no answer is due  (§8)"
                    : entry.Last
                        ? $"from {Requester(entry.StreamID)}; the last of its group, a CMD_PRI_RESP is due  (§8.1, §4.5.2)"
                    : $"from {Requester(entry.StreamID)}; more of its group follow"
                );
            }
            return report.ExitCode;
        });
        return command;
    }

    private static void Print(Report report, SmmuCommand command, int index, Hardware by)
    {
        report.Line();
        if (LayoutCatalogue.Command(command.Opcode) is { } layout)
        {
            report.Line($"{index}: {layout.Name}  (§{layout.Clause})  {layout.Summary}");
            report.Structure(layout, [command.Word0, command.Word1], by);
        }
        else
            report.Line($"{index}: {command}");
        if (Legality.Of(in command, by.Profile) is { } objection)
            report.Wrong($"{objection}");
        report.Verdict("legal");
    }

    // Records are true of whatever SMMU made them; they are judged if it is known.
    private static Report Begun(Hardware? by, Terminal terminal)
    {
        var report = new Report(terminal.Out, whole: false);
        if (by is not null)
            report.Judge(by);
        return report;
    }

    private static void Try(
        Report report,
        Layout layout,
        ulong[] words,
        StreamId stream,
        Hardware? by
    )
    {
        if (by is null)
            return;
        foreach (var wrong in RecordTrial.Of(layout, words, stream, by.Profile))
            report.Wrong(wrong);
    }

    private static void Print(Report report, EventRecord record, HexGroup group, Hardware? by)
    {
        if (report.Records++ > 0 || by is not null)
            report.Line();
        if (LayoutCatalogue.Event(record.Id) is { } layout)
        {
            report.Line($"{layout.Name}  (§{layout.Clause})  {layout.Summary}");
            ulong[] words = [record.Word0, record.Word1, record.Word2, record.Word3];
            report.Structure(layout, words);
            Try(report, layout, words, record.StreamID, by);
        }
        else if (record.Id is >= 0xe0 and <= 0xef)
            report.Line($"{record}\nIMPLEMENTATION DEFINED  (§7.3)");
        else
        {
            report.Line($"{record}");
            report.Wrong($"no event has the number 0x{record.Id:x2}  (§7.3)");
        }
        if (group.Kind == Announcement.Event && group.EventId != record.Id)
            report.Wrong(
                $"line {group.Line} announces event 0x{group.EventId:x2}, but bits [7:0] of the record are 0x{record.Id:x2}"
            );
        report.Verdict($"from {Requester(record.StreamID)}");
    }

    // StreamIDs are requester IDs where firmware maps them one to one.
    private static string Requester(StreamId stream) =>
        stream.Value <= ushort.MaxValue
            ? $"stream 0x{stream.Value:x} (as a PCI requester ID: {stream.Value >> 8:x2}:{(stream.Value >> 3) & 0x1f:x2}.{stream.Value & 7})"
            : $"stream 0x{stream.Value:x}";
}
