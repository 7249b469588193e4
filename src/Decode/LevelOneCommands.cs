using System.CommandLine;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary><c>l1std</c> and <c>l1cd</c>: descriptors that lead to a leaf of entries.</summary>
internal static class LevelOneCommands
{
    /// <summary>Decodes level 1 stream table descriptors.</summary>
    public static Command L1Std(HardwareOptions hardware, WordOptions words, Terminal terminal)
    {
        var command = new Command("l1std", "Level 1 stream table descriptors: a word each.");
        var split = new Option<int>("--split")
        {
            Description = "SMMU_STRTAB_BASE_CFG.SPLIT: 6, 8 or 10. Default: 10, which allows most.",
            DefaultValueFactory = _ => 10,
        };
        words.AddTo(command);
        hardware.AddTo(command);
        command.Add(split);
        command.SetAction(parsed =>
        {
            var by = hardware.Of(parsed);
            var most = parsed.GetValue(split);
            if (most is not (6 or 8 or 10))
                throw new InputException($"--split {most}: SPLIT is 6, 8 or 10 (§6.3.25)");
            var given = words.Structures(parsed, Architecture.L1Std.Layout);
            var report = new Report(terminal.Out, whole: false);
            report.Judge(by);
            for (var i = 0; i < given.Length; i++)
            {
                EntryCommands.Head(report, Architecture.L1Std.Layout, i, given.Length);
                var level1 = new L1Std(given[i]);
                report.Structure(Architecture.L1Std.Layout, given[i], by);
                if (Legality.Of(in level1, most) is { } objection)
                    report.Wrong($"{objection}");
                report.Verdict(
                    level1.Valid
                        ? $"legal; a leaf of {level1.Entries} entries"
                        : "legal; there is no leaf, so every transaction of its streams aborts with C_BAD_STREAMID  (§5.1)"
                );
            }
            return report.ExitCode;
        });
        return command;
    }

    /// <summary>Decodes level 1 context descriptors.</summary>
    public static Command L1Cd(HardwareOptions hardware, WordOptions words, Terminal terminal)
    {
        var command = new Command("l1cd", "Level 1 context descriptors: a word each.");
        var nested = new Option<bool>("--nested")
        {
            Description = "Stage 2 translates too, so that L2Ptr is an IPA.",
        };
        words.AddTo(command);
        hardware.AddTo(command);
        command.Add(nested);
        command.SetAction(parsed =>
        {
            var by = hardware.Of(parsed);
            var given = words.Structures(parsed, Architecture.L1Cd.Layout);
            var report = new Report(terminal.Out, whole: false);
            report.Judge(by);
            for (var i = 0; i < given.Length; i++)
            {
                EntryCommands.Head(report, Architecture.L1Cd.Layout, i, given.Length);
                var level1 = new L1Cd(given[i]);
                report.Structure(Architecture.L1Cd.Layout, given[i], by);
                if (Legality.Of(in level1, parsed.GetValue(nested), by.Profile) is { } objection)
                    report.Wrong($"{objection}");
                report.Verdict(
                    level1.V
                        ? "legal"
                        : "legal; there is no leaf, so every transaction that uses it aborts with C_BAD_SUBSTREAMID  (§5.3)"
                );
            }
            return report.ExitCode;
        });
        return command;
    }
}
