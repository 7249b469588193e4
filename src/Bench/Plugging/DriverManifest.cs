using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>
/// A file that says which driver is meant and what is expected of it, so that what is run in CI is written down beside the driver.
/// docs/reference/driver.schema.json
/// </summary>
public sealed record DriverManifest
{
    /// <summary>How the file is read.</summary>
    internal static JsonSerializerOptions Json { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };

    /// <summary>Format of the file: 1.</summary>
    public required int Format { get; init; }

    /// <summary>Which driver, as SMMU_DUT says it. A path that is not absolute starts at the manifest.</summary>
    public required string Driver { get; init; }

    /// <summary>The name that the driver gives itself; null: any.</summary>
    public string? Name { get; init; }

    /// <summary>The version that the driver gives itself; null: any.</summary>
    public string? Version { get; init; }

    /// <summary>What the driver declares to be able to do, neither more nor less; null: anything.</summary>
    public ImmutableArray<Capabilities>? Capabilities { get; init; }

    /// <summary>The policies that the driver declares; null: any.</summary>
    public Policies? Policies { get; init; }

    /// <summary>How finely its stores can be watched; null: any.</summary>
    public Observation? Observation { get; init; }

    /// <summary>Cases run one after another: for a driver of which only one can be at work.</summary>
    public bool NonParallel { get; init; }

    /// <summary>Bound of one operation in seconds of real time, for drivers in processes of their own; null: the usual.</summary>
    public double? Seconds { get; init; }

    /// <summary>Environment variables for a driver in a process of its own: its options.</summary>
    public ImmutableDictionary<string, string> Options { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="DriverFaultException">It is not there, or not as the schema says.</exception>
    public static DriverManifest Read(string path)
    {
        try
        {
            var manifest =
                JsonSerializer.Deserialize<DriverManifest>(System.IO.File.ReadAllText(path), Json)
                ?? throw new DriverFaultException($"manifest {path}: it says `null`");
            if (manifest.Format != 1)
                throw new DriverFaultException(
                    $"manifest {path}: format is {manifest.Format}; this version of the suite reads format 1"
                );
            if (string.IsNullOrWhiteSpace(manifest.Driver))
                throw new DriverFaultException(
                    $"manifest {path}: `driver` is empty; name the driver as SMMU_DUT does, `reference` if that is meant"
                );
            if (manifest.Seconds is <= 0 or > PluggedDriver.MostSeconds or double.NaN)
                throw new DriverFaultException(
                    $"manifest {path}: `seconds` is {manifest.Seconds}; it must be above 0 and at most {PluggedDriver.MostSeconds}"
                );
            if (PluggedDriver.IsManifest(manifest.Driver))
                throw new DriverFaultException(
                    $"manifest {path}: `driver` names another manifest, `{manifest.Driver}`; name the driver itself"
                );
            return manifest with { File = path };
        }
        catch (JsonException e)
        {
            throw new DriverFaultException(
                $"manifest {path}, line {e.LineNumber + 1}: {e.Message} What may stand there: docs/reference/driver.schema.json",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriverFaultException($"manifest {path}: it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The driver it chooses.</summary>
    /// <exception cref="DriverFaultException">It cannot be had, or says of itself what the manifest does not.</exception>
    public PluggedDriver Plug()
    {
        var plugged = PluggedDriver.Parse(
            Driver,
            new()
            {
                Folder = Path.GetDirectoryName(Path.GetFullPath(File))!,
                Patience = Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Environment = Options,
            }
        );
        return plugged with { IsAlone = NonParallel, Create = () => Checked(plugged.Create()) };
    }

    // Where the file is; for messages, and for paths in it.
    [JsonIgnore]
    private string File { get; init; } = "";

    private ISmmuDriver Checked(ISmmuDriver driver)
    {
        try
        {
            Compare(driver.Describe());
            return driver;
        }
        catch (DriverFaultException)
        {
            (driver as IDisposable)?.Dispose();
            throw;
        }
    }

    private void Compare(DriverDescription said)
    {
        Compare("name", Name, said.Name);
        Compare("version", Version, said.Version);
        Compare("policies", Policies, said.Policies);
        Compare("observation", Observation, said.Observation);
        if (Capabilities is { } listed)
        {
            var all = listed.Aggregate(default(Capabilities), (sum, one) => sum | one);
            if ((all & ~said.Capabilities) is var more && more != default)
                throw Lies($"lists {more}, which the driver does not declare");
            if ((said.Capabilities & ~all) is var less && less != default)
                throw Lies($"does not list {less}, which the driver declares");
        }

        void Compare<T>(string what, T? listed, T is_)
        {
            if (listed is not null && !listed.Equals(is_))
                throw Lies($"says {what} `{listed}`, the driver says `{is_}`");
        }

        DriverFaultException Lies(string how) =>
            new(
                $"manifest {File}: it {how}. Correct the manifest, or the driver's description; what is left out of the manifest is not compared."
            );
    }
}
