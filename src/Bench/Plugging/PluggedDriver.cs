using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Bench;

/// <summary>A driver that was chosen by name: what it says of itself, and one for each machine.</summary>
/// <param name="Name">What was said to choose it.</param>
/// <param name="Create">A driver for a new machine; disposed of with it, if it can be.</param>
public sealed record PluggedDriver(string Name, Func<ISmmuDriver> Create)
{
    /// <summary>Name of the environment variable that chooses the driver under test.</summary>
    public const string Variable = "SMMU_DUT";

    /// <summary>Name of the environment variable that bounds one operation of a driver in another process, in seconds of real time.</summary>
    public const string PatienceVariable = "SMMU_DUT_SECONDS";

    /// <summary>The longest bound of an operation: a day.</summary>
    internal const double MostSeconds = 86400;

    private static readonly string[] s_kinds =
    [
        "assembly",
        "native",
        "native-in-process",
        "process",
    ];

    private static readonly Lazy<PluggedDriver> Chosen = new(
        () => Parse(Environment.GetEnvironmentVariable(Variable)),
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    /// <summary>The one that the environment chooses; the reference driver if it chooses none.</summary>
    /// <exception cref="DriverFaultException">It cannot be had; the message says why.</exception>
    public static PluggedDriver UnderTest => Chosen.Value;

    /// <summary>The reference driver of this repository.</summary>
    public static PluggedDriver Reference { get; } = new("reference", () => new ReferenceDriver());

    /// <summary>True for the reference driver.</summary>
    public bool IsReference => ReferenceEquals(this, Reference);

    /// <summary>Only one of it can be at work: cases run one after another.</summary>
    public bool IsAlone { get; init; }

    /// <summary>What the driver says of itself.</summary>
    /// <exception cref="DriverFaultException">It cannot be had.</exception>
    public DriverDescription Describe()
    {
        var driver = Create();
        try
        {
            return driver.Describe();
        }
        finally
        {
            (driver as IDisposable)?.Dispose();
        }
    }

    /// <summary>The driver that a text chooses.</summary>
    /// <param name="text">
    /// <c>reference</c>, <c>assembly:path[,type]</c>, <c>native:path</c>, <c>native-in-process:path</c>, <c>process:command line</c>, or the path
    /// of a manifest (docs/plugging-in-a-driver.md).
    /// </param>
    /// <param name="options">What goes with it.</param>
    /// <exception cref="DriverFaultException">It chooses none.</exception>
    public static PluggedDriver Parse(string? text, PlugOptions? options = null)
    {
        options ??= new();
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == "reference")
            return Reference;
        text = text.Trim();
        if (IsManifest(text))
            return DriverManifest.Read(Path.Combine(options.Folder, text)).Plug();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, rest) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..].Trim());
        if (rest.Length == 0)
            throw Unknown(text);
        return kind switch
        {
            "assembly" => AssemblyDrivers.Plug(text, rest, options),
            "native" => NativeDrivers.InChild(text, Path.Combine(options.Folder, rest), options),
            "native-in-process" => NativeDrivers.InProcess(
                text,
                Path.Combine(options.Folder, rest)
            ),
            "process" => ProcessDrivers.Plug(
                text,
                CommandLine.Split(
                    rest,
                    message => new DriverFaultException($"{Variable}: {message}")
                ),
                options
            ),
            _ => throw Unknown(text),
        };
    }

    /// <summary>True if a text is the path of a manifest. The command line of a process may end with a path like it.</summary>
    internal static bool IsManifest(string text) =>
        text.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && !s_kinds.Any(kind => text.StartsWith($"{kind}:", StringComparison.Ordinal));

    private static DriverFaultException Unknown(string text) =>
        new(
            $"{Variable} is `{text}`, which names no driver. Write `reference`, `assembly:path[,type]`, `native:path`, `process:command line`, or the path of a manifest, `driver.json`."
        );
}
