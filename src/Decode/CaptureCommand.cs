using System.CommandLine;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Decode;

/// <summary><c>capture</c>: a whole run of a kernel, replayed with the monitor watching.</summary>
internal static class CaptureCommand
{
    private const int FewOfOneRule = 2;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "capture",
            "A capture (docs/adding-a-capture.md): replayed into the emulator, with every rule watched."
        );
        var file = new Argument<string>("file") { Description = "The capture." };
        var structures = new Option<bool>("--structures")
        {
            Description = "Print, for each phase, every entry and descriptor that it left changed.",
        };
        var every = new Option<bool>("--every")
        {
            Description = $"Print every violation; without it, {FewOfOneRule} of each rule.",
        };
        command.Add(file);
        command.Add(structures);
        command.Add(every);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
                throw new InputException($"there is no file {path}");
            var capture = CaptureReader.ReadFile(path);
            Head(capture, terminal.Out);
            if (parsed.GetValue(structures))
                Structures(capture, terminal.Out);
            using var replay = CaptureReplay.Of(capture);
            return Judge(capture, replay, parsed.GetValue(every), terminal.Out);
        });
        return command;
    }

    private static void Head(Capture capture, TextWriter to)
    {
        var events = capture.Phases.SelectMany(phase => phase.Events).ToList();
        to.Write(
            $"{capture.Name}: kernel {capture.Kernel}, {capture.Actions.Length} action{(capture.Actions.Length == 1 ? "" : "s")} after the start; "
                + $"{events.Count(e => e is RegisterStore or RegisterLoad)} register accesses, "
                + $"{events.Count(e => e is SteStore or CdStore or L1StdStore or L1CdStore)} stores to tables, "
                + $"{events.OfType<CommandStore>().Count()} commands\n"
        );
        if (capture.Notes.Length > 0)
            to.Write($"  {capture.Notes}\n");
    }

    private static int Judge(Capture capture, CaptureReplay replay, bool every, TextWriter to)
    {
        foreach (var broken in replay.Findings.GroupBy(finding => finding.Rule))
        {
            var rule = replay.Rules.First(r => r.Id == broken.Key);
            to.Write($"\n{rule.Id} ({rule.Clause}): {rule.Sentence}\n");
            foreach (var finding in broken.Take(every ? int.MaxValue : FewOfOneRule))
            {
                to.Write($"  {finding.Source}, in {finding.Place}\n");
                foreach (var line in finding.Message.TrimEnd('\n').Split('\n'))
                    to.Write($"    {line}\n");
                if (Known(capture, finding) is { } bug)
                    to.Write($"    known of {capture.Release}: {bug.Bug}: {bug.Reason}\n");
            }
            if (!every && broken.Count() > FewOfOneRule)
                to.Write(
                    $"  and {broken.Count() - FewOfOneRule} more of this rule (--every prints them)\n"
                );
        }
        foreach (var load in replay.DifferentLoads)
            to.Write($"\nan emulated SMMU with these ID registers reads otherwise: {load}\n");
        var known = replay.Findings.Count(finding => Known(capture, finding) is not null);
        to.Write(
            replay.Findings.Count == 0
                ? $"\nno rule was broken, of {replay.Rules.Count()} watched\n"
                : $"\n{Count(replay.Findings.Count, "violation")}, {known} of them known of this kernel; {replay.Rules.Count()} rules watched\n"
        );
        return replay.Findings.Count == 0 ? DecodeCommand.Legal : DecodeCommand.Violations;
    }

    private static string Count(int number, string what) =>
        number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static KnownViolation? Known(Capture capture, ReplayFinding finding) =>
        KnownViolation.All.FirstOrDefault(known => known.Explains(capture.Release, finding));

    private static void Structures(Capture capture, TextWriter to)
    {
        var tables = new CapturedTables();
        foreach (var phase in capture.Phases)
        {
            var (streams, contexts) = (new SortedSet<StreamId>(), new SortedSet<ulong>());
            foreach (var happened in phase.Events)
            {
                tables.Apply(happened);
                if (happened is SteStore ste)
                    streams.Add(ste.Stream);
                if (happened is CdStore cd)
                    contexts.Add(cd.Cd.Value);
            }
            if (streams.Count + contexts.Count > 0)
                to.Write($"\n{phase.Label}\n");
            foreach (var stream in streams)
                to.Write($"stream {stream}\n{tables.Ste(stream)}");
            foreach (var address in contexts)
                to.Write($"CD at 0x{address:x}\n{tables.Cd(new PhysicalAddress(address))}");
        }
    }
}
