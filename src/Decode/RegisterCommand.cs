using System.CommandLine;
using System.Globalization;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary><c>register</c>: a value read from a register, or one to be written.</summary>
internal static class RegisterCommand
{
    /// <summary>The command.</summary>
    public static Command Create(HardwareOptions hardware, Terminal terminal)
    {
        var command = new Command("register", "The value of a register.");
        var name = new Argument<string>("name")
        {
            Description = "Its name, with or without SMMU_, or its offset from page 0.",
        };
        var value = new Argument<string>("value") { Description = "What it holds." };
        command.Add(name);
        command.Add(value);
        hardware.AddTo(command);
        command.SetAction(parsed =>
        {
            var by = hardware.Of(parsed);
            var register = Find(parsed.GetValue(name)!);
            var bits = Hex.Parse(parsed.GetValue(value)!, 8 * register.Bytes, register.Name);
            var report = new Report(terminal.Out, whole: false);
            report.Judge(by);
            report.Line();
            report.Line(
                $"{register.Name}  (§{register.Layout.Clause})  {register.Layout.Summary}  Offset 0x{register.Offset:x}, {register.Access switch { Access.ReadOnly => "read-only", _ => "read and write" }}"
            );
            report.Structure(register.Layout, [bits]);
            foreach (var wrong in RegisterTrial.Of(register, bits, by.Profile))
                report.Wrong(wrong);
            report.Verdict("legal");
            return report.ExitCode;
        });
        return command;
    }

    private static RegisterInfo Find(string name)
    {
        var wanted = name.StartsWith("SMMU_", StringComparison.OrdinalIgnoreCase)
            ? name["SMMU_".Length..]
            : name;
        var known = RegisterMap.All.FirstOrDefault(register =>
            register.Name["SMMU_".Length..].Equals(wanted, StringComparison.OrdinalIgnoreCase)
        );
        if (known is not null)
            return known;
        if (
            wanted.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(
                wanted.AsSpan(2),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var offset
            )
        )
            return RegisterMap.At(offset)
                ?? throw new InputException($"no register is at offset 0x{offset:x}");
        var alike = RegisterMap.All.Where(register =>
            register.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)
        );
        throw new InputException(
            $"there is no register \"{name}\"; "
                + (
                    alike.Any()
                        ? $"did you mean {string.Join(", ", alike.Select(register => register.Name))}?"
                        : "docs/reference/registers.md lists them"
                )
        );
    }
}
