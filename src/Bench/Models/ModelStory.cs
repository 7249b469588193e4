using System.Text;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>What a model was asked last and what it said, with what the emulator made of the same access; for failures.</summary>
internal sealed class ModelStory
{
    private const int Kept = 24;

    private readonly Entry[] _entries = new Entry[Kept];
    private int _count;

    private enum Kind : byte
    {
        Read,
        Write,
        Access,
    }

    /// <summary>A register was read.</summary>
    public void Read(uint offset, ulong value) =>
        Next() = new()
        {
            Kind = Kind.Read,
            Offset = offset,
            Value = value,
        };

    /// <summary>A register was written.</summary>
    public void Write(uint offset, ulong value) =>
        Next() = new()
        {
            Kind = Kind.Write,
            Offset = offset,
            Value = value,
        };

    /// <summary>A device made an access.</summary>
    public void Access(in Transaction transaction, in Translation said, in Translation emulated) =>
        Next() = new()
        {
            Kind = Kind.Access,
            Transaction = transaction,
            Said = said,
            Emulated = emulated,
        };

    /// <summary>One line each, the last one last.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = Math.Max(0, _count - Kept); i < _count; i++)
            text.Append("    ").Append(Line(in _entries[i % Kept])).Append('\n');
        return text.ToString();
    }

    private ref Entry Next() => ref _entries[_count++ % Kept];

    private static string Line(in Entry entry) =>
        entry.Kind switch
        {
            Kind.Read => $"{Name(entry.Offset)} reads 0x{entry.Value:x}",
            Kind.Write => $"{Name(entry.Offset)} := 0x{entry.Value:x}",
            _ =>
                $"stream {entry.Transaction.Stream} {(entry.Transaction.Write ? "writes" : "reads")} {entry.Transaction.Address}: "
                    + $"{Text(in entry.Said)}; the emulator: {Text(in entry.Emulated)}",
        };

    private static string Name(uint offset) =>
        RegisterMap.At(offset) is { } register
            ? register.Name + (offset == register.Offset ? "" : "[63:32]")
            : $"register 0x{offset:x}";

    private static string Text(in Translation translation) =>
        translation.Passed
            ? $"goes on to {translation.Address}"
            : (translation.Stalled ? "waits" : "is refused")
                + (
                    !translation.SeesRecord ? ""
                    : translation.RecordEvent ? $" with {translation.Event}"
                    : " without a record"
                );

    private struct Entry
    {
        public Kind Kind;
        public uint Offset;
        public ulong Value;
        public Transaction Transaction;
        public Translation Said;
        public Translation Emulated;
    }
}
