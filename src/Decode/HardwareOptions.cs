using System.CommandLine;
using System.Globalization;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary>The SMMU by which words are judged: a profile, and whatever ID registers are known to be otherwise.</summary>
internal sealed class HardwareOptions
{
    private readonly Option<string> _profile = new("--profile")
    {
        Description =
            "The SMMU to judge by (--list-profiles). Default: Maximal, which has nearly every feature.",
        HelpName = "NAME",
    };

    private readonly (Option<string> Option, Func<Profile, uint, Profile> Set)[] _registers =
    [
        (Register("--idr0"), (p, v) => p with { IDR0 = new(v) }),
        (Register("--idr1"), (p, v) => p with { IDR1 = new(v) }),
        (Register("--idr2"), (p, v) => p with { IDR2 = new(v) }),
        (Register("--idr3"), (p, v) => p with { IDR3 = new(v) }),
        (Register("--idr4"), (p, v) => p with { IDR4 = new(v) }),
        (Register("--idr5"), (p, v) => p with { IDR5 = new(v) }),
        (Register("--idr6"), (p, v) => p with { IDR6 = new(v) }),
        (Register("--iidr"), (p, v) => p with { IIDR = new(v) }),
        (Register("--aidr"), (p, v) => p with { AIDR = new(v) }),
    ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_profile);
        foreach (var (option, _) in _registers)
            command.Add(option);
    }

    /// <summary>The SMMU that the options name; null: they name none.</summary>
    /// <exception cref="InputException">There is none of that name, or it cannot exist.</exception>
    public Hardware? Given(ParseResult parsed) =>
        parsed.GetValue(_profile) is null
        && Array.TrueForAll(_registers, one => parsed.GetValue(one.Option) is null)
            ? null
            : Of(parsed);

    /// <summary>The SMMU that the options name.</summary>
    /// <exception cref="InputException">There is none of that name, or it cannot exist.</exception>
    public Hardware Of(ParseResult parsed)
    {
        var name = parsed.GetValue(_profile);
        var profile =
            name is null ? Profiles.Maximal
            : Profiles.All.FirstOrDefault(p =>
                p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            )
                is { } known
                ? known
            : throw new InputException(
                $"there is no profile \"{name}\"; there are {string.Join(", ", Profiles.All)}"
            );
        var given = new List<string>();
        foreach (var (option, set) in _registers)
            if (parsed.GetValue(option) is { } text)
            {
                var value = Hex.Parse(text, bits: 32, option.Name);
                profile = set(profile, (uint)value);
                given.Add($"{option.Name[2..].ToUpperInvariant()} = 0x{value:x}");
            }
        if (given.Count == 0)
            return new(
                profile,
                name is null
                    ? $"{profile.Name}, which has nearly every feature (--profile, or --idr0 and the others, say which is yours)"
                    : profile.Name
            );
        var broken = IdentificationRules.BrokenBy(profile).ToList();
        return new(profile, $"{profile.Name} with {string.Join(", ", given)}")
        {
            // Registers that cannot be of one SMMU prove nothing; but some of them may not be known.
            Doubts =
            [
                .. broken.Select(rule =>
                    $"not of one SMMU, or --aidr is missing: {rule.Text}  (§{rule.Clause})"
                ),
            ],
        };
    }

    /// <summary>Lists every profile.</summary>
    public static int List(TextWriter to)
    {
        foreach (var profile in Profiles.All)
            to.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{profile.Name, -20} IDR0 0x{profile.IDR0.Value:x8}  IDR1 0x{profile.IDR1.Value:x8}  IDR3 0x{profile.IDR3.Value:x8}  IDR5 0x{profile.IDR5.Value:x8}  {profile.Reason}"
                )
            );
        return DecodeCommand.Legal;
    }

    private static Option<string> Register(string name) =>
        new(name)
        {
            Description = $"SMMU_{name[2..].ToUpperInvariant()} as it reads there.",
            HelpName = "HEX",
        };
}

/// <summary>The SMMU by which words are judged.</summary>
/// <param name="Profile">Its ID registers.</param>
/// <param name="Name">What to call it.</param>
internal sealed record Hardware(Profile Profile, string Name)
{
    /// <summary>Why it is doubtful.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];
}
