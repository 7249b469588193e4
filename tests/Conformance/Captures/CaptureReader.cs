using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Reads captures; whatever it cannot make sense of is an error that names file and path.</summary>
public static class CaptureReader
{
    private const int EntryWords = 8;

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
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return ReadCapture(new JsonCursor(file, "$", document.RootElement));
        }
        catch (JsonException malformed)
        {
            throw new CaptureFormatException(
                $"{file}: line {malformed.LineNumber + 1}: {malformed.Message}",
                malformed
            );
        }
    }

    private static Capture ReadCapture(JsonCursor root) =>
        new()
        {
            Name = root["name"].Text(),
            Kernel = root["kernel"].Text(),
            Notes = root["notes"].TextOrNull() ?? "",
            Registers = root["boot"]
                ["registers"]
                .Members()
                .ToImmutableDictionary(m => m.Key, m => m.Value.Hex()),
            Boot = ReadPhase(root["boot"], "boot", ""),
            Actions =
            [
                .. root["actions"]
                    .Items()
                    .Select(a => ReadPhase(a, a["label"].Text(), a["command"].TextOrNull() ?? "")),
            ],
        };

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
            "STE_INIT" => new SteFill(
                e.Source,
                new StreamId(e["sid_first"].Hex32()),
                new StreamId(e["sid_last"].Hex32()),
                new Ste(e["ste"].Words(EntryWords))
            ),
            "STE_W" => new SteStore(
                e.Source,
                new StreamId(e["sid"].Hex32()),
                WordOfEntry(e["qword"]),
                e["value"].Hex()
            ),
            "CD_W" => new CdStore(
                e.Source,
                new PhysicalAddress(e["cd_pa"].Hex()),
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
                new PhysicalAddress(e["pa"].Hex()),
                new L1Cd([e["value"].Hex()])
            ),
            "L1STD_ZERO" => new L1StdClear(
                e.Source,
                e["index_first"].Number(),
                e["index_last"].Number()
            ),
            var unknown => throw e.Wrong($"is an unknown event \"{unknown}\""),
        };

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
                    .ToImmutableDictionary(
                        m => int.Parse(m.Key, CultureInfo.InvariantCulture),
                        m => new L1Cd([m.Value.Hex()])
                    )
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
}
