using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary>The command line: one subcommand for each thing that a driver leaves in a log or a dump.</summary>
public static class DecodeCommand
{
    /// <summary>Everything is legal.</summary>
    public const int Legal = 0;

    /// <summary>Something is not.</summary>
    public const int Violations = 1;

    /// <summary>What was given could not be decoded.</summary>
    public const int BadInput = 2;

    /// <summary>Runs one command.</summary>
    /// <returns><see cref="Legal"/>, <see cref="Violations"/> or <see cref="BadInput"/>.</returns>
    public static int Run(IReadOnlyList<string> args, Terminal terminal)
    {
        var parsed = Root(terminal).Parse(args);
        if (parsed.Errors.Count > 0)
            return Refuse(
                terminal,
                $"{string.Join("; ", parsed.Errors.Select(error => error.Message))}\n"
                    + $"smmu-decode{Path(parsed.CommandResult)} --help tells what there is."
            );
        try
        {
            return parsed.Invoke(
                new()
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                }
            );
        }
        catch (Exception e) when (e is InputException or CaptureFormatException)
        {
            return Refuse(terminal, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(terminal, $"the file cannot be read: {e.Message}");
        }
        catch (NotModelledException missing)
        {
            return Refuse(
                terminal,
                $"{missing.Message}: nothing is said of it rather than something wrong."
            );
        }
    }

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(
            "Decodes what an SMMUv3 driver leaves in a log or a dump, and names what the manual (IHI 0070) forbids. "
                + "Exit code: 0 legal, 1 violations, 2 bad input."
        );
        var hardware = new HardwareOptions();
        var words = new WordOptions(terminal);
        foreach (
            var command in (Command[])
                [
                    EntryCommands.Ste(hardware, words, terminal),
                    EntryCommands.Cd(hardware, words, terminal),
                    LevelOneCommands.L1Std(hardware, words, terminal),
                    LevelOneCommands.L1Cd(hardware, words, terminal),
                    QueueCommands.Command(hardware, words, terminal),
                    QueueCommands.Event(hardware, words, terminal),
                    QueueCommands.PageRequest(hardware, words, terminal),
                    RegisterCommand.Create(hardware, terminal),
                    CaptureCommand.Create(terminal),
                ]
        )
            root.Add(command);
        var list = new Option<bool>("--list-profiles")
        {
            Description = "List the SMMUs that --profile knows.",
        };
        root.Add(list);
        root.SetAction(parsed =>
            parsed.GetValue(list)
                ? HardwareOptions.List(terminal.Out)
                : new HelpAction().Invoke(parsed)
        );
        return root;
    }

    private static string Path(CommandResult result) =>
        result.Command is RootCommand ? "" : $" {result.Command.Name}";

    private static int Refuse(TextWriter error, string message)
    {
        error.WriteLine($"smmu-decode: {message}");
        return BadInput;
    }

    private static int Refuse(Terminal terminal, string message) => Refuse(terminal.Error, message);
}
