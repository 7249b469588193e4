using System.CommandLine;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary><c>ste</c> and <c>cd</c>: the entries that say how a stream is translated.</summary>
internal static class EntryCommands
{
    /// <summary>Decodes stream table entries.</summary>
    public static Command Ste(HardwareOptions hardware, WordOptions words, Terminal terminal)
    {
        var command = new Command("ste", "Stream table entries: 8 words of 64 bits each.");
        var whole = WholeOption();
        words.AddTo(command);
        hardware.AddTo(command);
        command.Add(whole);
        command.SetAction(parsed =>
        {
            var by = hardware.Of(parsed);
            var entries = words.Structures(parsed, Architecture.Ste.Layout);
            var report = new Report(terminal.Out, parsed.GetValue(whole));
            report.Judge(by);
            for (var i = 0; i < entries.Length; i++)
            {
                Head(report, Architecture.Ste.Layout, i, entries.Length);
                Print(report, new Ste(entries[i]), by);
            }
            return report.ExitCode;
        });
        return command;
    }

    /// <summary>Decodes context descriptors.</summary>
    public static Command Cd(HardwareOptions hardware, WordOptions words, Terminal terminal)
    {
        var command = new Command("cd", "Context descriptors: 8 words of 64 bits each.");
        var whole = WholeOption();
        var ste = new Option<string>("--ste")
        {
            Description =
                "The words of the entry that leads to it, in one argument; default: one that has stage 1 and nothing else.",
            HelpName = "WORDS",
        };
        var e2h = new Option<bool>("--e2h") { Description = "SMMU_CR2.E2H is set." };
        words.AddTo(command);
        hardware.AddTo(command);
        command.Add(whole);
        command.Add(ste);
        command.Add(e2h);
        command.SetAction(parsed =>
        {
            var by = hardware.Of(parsed);
            var leading = Leading(parsed.GetValue(ste));
            var regime = parsed.GetValue(e2h);
            var contexts = words.Structures(parsed, Architecture.Cd.Layout);
            var report = new Report(terminal.Out, parsed.GetValue(whole));
            report.Judge(by);
            for (var i = 0; i < contexts.Length; i++)
            {
                Head(report, Architecture.Cd.Layout, i, contexts.Length);
                Print(report, new Cd(contexts[i]), leading, by, regime);
            }
            return report.ExitCode;
        });
        return command;
    }

    /// <summary>Prints an entry and what is wrong with it.</summary>
    public static void Print(Report report, Ste ste, Hardware by)
    {
        report.Structure(
            Architecture.Ste.Layout,
            WordAssembly.WordsOf(ste),
            by,
            Legality.Ignored(in ste, by.Profile)
        );
        report.Wrong(Legality.Of(in ste, by.Profile));
        report.Verdict(
            ste.V
                ? "legal"
                : "legal; V is clear, so every transaction of the stream aborts with C_BAD_STE and nothing else is read  (§5.2)"
        );
    }

    /// <summary>Prints a descriptor and what is wrong with it.</summary>
    public static void Print(Report report, Cd cd, Ste leading, Hardware by, bool e2h)
    {
        report.Structure(
            Architecture.Cd.Layout,
            WordAssembly.WordsOf(cd),
            by,
            Legality.Ignored(in cd, in leading, by.Profile, e2h)
        );
        report.Wrong(Legality.Of(in cd, in leading, by.Profile, e2h));
        report.Verdict(
            cd.V
                ? "legal"
                : "legal; V is clear, so every transaction that uses it aborts with C_BAD_CD and nothing else is read  (§5.4)"
        );
    }

    /// <summary>The option to print every field.</summary>
    public static Option<bool> WholeOption() =>
        new("--all") { Description = "Print fields, too, that are ignored and zero." };

    /// <summary>Prints which of several structures comes next.</summary>
    public static void Head(Report report, Layout layout, int index, int count)
    {
        report.Line();
        report.Line(
            $"{layout.Name}{(count > 1 ? $" {index} of {count}" : "")}  (§{layout.Clause})  {layout.Summary}"
        );
    }

    private static Ste Leading(string? text) =>
        text is null
            ? new Ste { V = true, Config = SteConfig.Stage1 }
            : new Ste(
                WordAssembly.Of(
                    [.. HexText.Read(text, "--ste").SelectMany(group => group.Tokens)],
                    Architecture.Ste.Layout,
                    width: null,
                    "--ste"
                )[0]
            );
}
