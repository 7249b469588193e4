using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>Reads captures; whatever it cannot make sense of is an error that names file, line and field.</summary>
public static partial class CaptureReader
{
    private const int EntryWords = 8;

    // More entries than any table of a capture: what is meant to be a number of streams and is none.
    private const uint MostFilled = 1 << 20;

    private static readonly FrozenDictionary<string, RegisterInfo> RegistersByName =
        RegisterMap.All.ToFrozenDictionary(r => r.Name["SMMU_".Length..]);

    /// <summary>Reads one file.</summary>
    /// <exception cref="CaptureFormatException">The file does not hold a capture.</exception>
    public static Capture ReadFile(string path) =>
        Read(Path.GetFileName(path), File.ReadAllBytes(path));

    /// <summary>Reads the text of one file.</summary>
    /// <param name="file">Name for messages.</param>
    /// <param name="utf8">Its bytes.</param>
    /// <exception cref="CaptureFormatException">The text does not hold a capture.</exception>
    public static Capture Read(string file, ReadOnlyMemory<byte> utf8)
    {
        var lines = JsonLines.Of(utf8.Span);
        try
        {
            using var document = JsonDocument.Parse(utf8);
            if (lines.Twice is var (path, line))
                throw new CaptureFormatException($"{file}: line {line}: {path} stands twice");
            return ReadCapture(new JsonCursor(file, lines, "$", document.RootElement));
        }
        catch (JsonException malformed)
        {
            throw new CaptureFormatException(
                $"{file}: line {malformed.LineNumber + 1}: the text breaks off or is no JSON at or behind {lines.Last}: {malformed.Message}",
                malformed
            );
        }
    }

    private static Capture ReadCapture(JsonCursor root) =>
        new()
        {
            Name = ReadName(root["name"]),
            Kernel = root["kernel"].Text(),
            Notes = root["notes"].TextOrNull() ?? "",
            Registers = root["boot"]
                ["registers"]
                .Members()
                .ToImmutableDictionary(m => m.Key, m => m.Value.Hex()),
            RegistersSource = root["boot"]["registers"].Source,
            Boot = ReadPhase(root["boot"], "boot", ""),
            Actions =
            [
                .. root["actions"]
                    .Items()
                    .Select(a => ReadPhase(a, a["label"].Text(), a["command"].TextOrNull() ?? "")),
            ],
        };

    // What a kernel is known to do is known by its release.
    private static string ReadName(JsonCursor name) =>
        ReleaseAndRest().IsMatch(name.Text())
            ? name.Text()
            : throw name.Wrong(
                $"does not begin with a kernel release and a hyphen, as \"6.12-default\" does: \"{name.Text()}\""
            );

    private static CapturePhase ReadPhase(JsonCursor phase, string label, string command) =>
        new()
        {
            Label = label,
            Command = command,
            Events = [.. phase["events"].Items().Select(ReadEvent)],
            // The last action ends the machine: nothing could be dumped after it.
            Devices = phase.Has("devices") ? [.. phase["devices"].Items().Select(ReadDevice)] : [],
            Entries = phase.Has("entries") ? [.. phase["entries"].Items().Select(ReadEntry)] : [],
        };

    private static CaptureEvent ReadEvent(JsonCursor e) =>
        e["ev"].Text() switch
        {
            "MMIO_R" => new RegisterLoad(e.Source, Register(e["reg"]), e["value"].Hex()),
            "MMIO_W" => new RegisterStore(
                e.Source,
                Register(e["reg"]),
                Width(e["size"]),
                e["value"].Hex()
            ),
            "PROD" => new RegisterStore(e.Source, CmdqProd.Register, 4, e["value"].Hex32()),
            "CONS_R" => new RegisterLoad(e.Source, CmdqCons.Register, e["value"].Hex32()),
            "CMD" => ReadCommand(e),
            "STE_INIT" => ReadFill(e),
            "STE_W" => new SteStore(
                e.Source,
                new StreamId(e["sid"].Hex32()),
                WordOfEntry(e["qword"]),
                e["value"].Hex()
            ),
            "CD_W" => new CdStore(
                e.Source,
                new PhysicalAddress(e["cd_pa"].Aligned(64)),
                WordOfEntry(e["qword"]),
                e["value"].Hex()
            ),
            "L1STD_W" => new L1StdStore(
                e.Source,
                e["index"].Number(),
                new L1Std([e["value"].Hex()])
            ),
            "L1CD_W" => new L1CdStore(
                e.Source,
                new PhysicalAddress(e["pa"].Aligned(8)),
                new L1Cd([e["value"].Hex()])
            ),
            "L1STD_ZERO" => new L1StdClear(
                e.Source,
                e["index_first"].Number(),
                e["index_last"].Number()
            ),
            var unknown => throw e.Wrong($"is an unknown event \"{unknown}\""),
        };

    private static SteFill ReadFill(JsonCursor e)
    {
        var (first, last) = (e["sid_first"].Hex32(), e["sid_last"].Hex32());
        if (last < first)
            throw e["sid_last"].Wrong($"0x{last:x} is below sid_first 0x{first:x}");
        if (last - first >= MostFilled)
            throw e["sid_last"].Wrong($"0x{last:x} makes more than {MostFilled} entries");
        return new(
            e.Source,
            new StreamId(first),
            new StreamId(last),
            new Ste(e["ste"].Words(EntryWords))
        );
    }

    private static CommandStore ReadCommand(JsonCursor e)
    {
        var words = e["raw"].Words(2);
        return new CommandStore(e.Source, e["slot"].Number(), new Command(words[0], words[1]));
    }

    private static CapturedDevice ReadDevice(JsonCursor d) =>
        new(
            d["bdf"].Text(),
            new StreamId(d["requester_id"].Hex32()),
            d["kind"].Text(),
            d["driver"].TextOrNull(),
            d["iommu_group"].TextOrNull(),
            d["group_type"].TextOrNull()
        );

    private static CapturedEntry ReadEntry(JsonCursor e)
    {
        var table = e.Has("cd_table") ? e["cd_table"] : (JsonCursor?)null;
        return new CapturedEntry(
            new StreamId(e["sid"].Hex32()),
            new Ste(e["ste"].Words(EntryWords)),
            table is { } t && t.Has("l1")
                ? t["l1"]
                    .Members()
                    .ToImmutableDictionary(m => Index(m), m => new L1Cd([m.Value.Hex()]))
                : ImmutableDictionary<int, L1Cd>.Empty,
            table is { } cds ? [.. cds["cds"].Items().Select(ReadCd)] : []
        );
    }

    private static CapturedCd ReadCd(JsonCursor c) =>
        new(
            new SubstreamId(c["ssid"].Number()),
            new PhysicalAddress(c["pa"].Hex()),
            new Cd(c["cd"].Words(EntryWords))
        );

    private static RegisterInfo Register(JsonCursor name) =>
        RegistersByName.TryGetValue(name.Text(), out var register)
            ? register
            : throw name.Wrong($"names no register: \"{name.Text()}\"");

    private static int Index(KeyValuePair<string, JsonCursor> member) =>
        int.TryParse(member.Key, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw member.Value.Wrong($"is named by no number: \"{member.Key}\"");

    private static int Width(JsonCursor size) =>
        size.Number() switch
        {
            4 => 4,
            8 => 8,
            var other => throw size.Wrong($"is no register access of 4 or 8 bytes: {other}"),
        };

    private static int WordOfEntry(JsonCursor word) =>
        word.Number() is var index and < EntryWords
            ? (int)index
            : throw word.Wrong($"is no word of a 64-byte entry: {word.Number()}");

    [GeneratedRegex(@"^\d+\.\d+-.")]
    private static partial Regex ReleaseAndRest();
}
