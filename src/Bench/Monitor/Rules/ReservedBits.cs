using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>No reserved bit is ever set in a structure the SMMU can read, or in a command.</summary>
public sealed class ReservedBits : MonitorRule
{
    /// <inheritdoc/>
    public override string Id => "monitor.reserved-bits";

    /// <inheritdoc/>
    public override string Clause => "§4.1, §5";

    /// <inheritdoc/>
    public override string Sentence =>
        "Bits that the manual reserves, on this SMMU, are zero in every structure and command it reads.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (TraceText.LayoutOf(store.Place.Kind) is { } layout)
            CheckWord(layout, store.Place, store.New);
        else if (store.Place.Kind == PlaceKind.TranslationTable)
            CheckDescriptor(store.Place, store.New);
    }

    /// <inheritdoc/>
    public override void Fetched(int smmu, FetchKind kind, StreamId stream, PhysicalAddress address)
    {
        // What was prepared before it became reachable is looked at when the SMMU first reads it.
        var place = Monitor.Structures.At(address);
        if (TraceText.LayoutOf(place.Kind) is not { } layout)
            return;
        for (var word = 0; word < layout.WordCount; word++)
            if (
                Monitor.Machine.Memory.TryRead64(place.Base + 8ul * (ulong)word, out var value)
                && value != 0
            )
                CheckWord(layout, place with { Word = word }, value);
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (LayoutCatalogue.Command(command.Opcode) is not { } layout)
            return;
        var stray0 = command.Word0 & layout.Reserved(0);
        var stray1 = command.Word1 & layout.Reserved(1);
        if ((stray0 | stray1) != 0)
            Violate($"{command}\nRES0 bits set: word 0 0x{stray0:x}, word 1 0x{stray1:x}");
        foreach (
            var gated in GatedFields.OfCommand(layout, command, Monitor.Machine.Smmus[smmu].Profile)
        )
            Violate($"{command}\n{gated}");
    }

    // Bits [49:48] belong to addresses of 52 bits, which nobody can have here. Where tables may be big-endian, a word does not tell what
    // it is. Arm ARM D8.3.1
    private void CheckDescriptor(Place place, ulong value)
    {
        var profile = Monitor.Machine.Smmus[place.Smmu].Profile;
        var stray = value & (0b11ul << 48);
        if (
            (value & 1) != 0
            && stray != 0
            && !profile.IDR5.DS
            && profile.IDR0.TTENDIAN == WalkEndianness.Little
        )
            Violate(
                $"{place}: {value:x16}\n[49:48]  0b{stray >> 48:b2}, but they are RES0 on this SMMU: SMMU_IDR5.DS = 0  (Arm ARM D8.3.1)"
            );
    }

    private void CheckWord(Layout layout, Place place, ulong value)
    {
        if ((value & layout.Reserved(place.Word)) is var stray and not 0)
            Violate(
                $"{place}: {layout.Name}[{place.Word}]  {value:x16}\nRES0  0x{stray:x}  (must be zero)"
            );
        var profile = Monitor.Machine.Smmus[place.Smmu].Profile;
        foreach (var gated in GatedFields.OfWord(layout, place.Word, value, profile))
            Violate($"{place}: {layout.Name}[{place.Word}]  {value:x16}\n{gated}");
    }
}
