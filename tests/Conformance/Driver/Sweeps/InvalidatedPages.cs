using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Which addresses a list of TLB invalidations covers, decoded from raw bits by the manual (§4.4.1.1), so that no declaration is
/// shared with whoever wrote the commands.
/// </summary>
internal sealed class InvalidatedPages
{
    private readonly List<(ulong First, ulong Last)> _spans = [];

    /// <summary>The union of some commands; those without an address cover everything.</summary>
    /// <param name="commands">CMD_TLBI_* as they were consumed.</param>
    /// <param name="page">Bytes of a page where a command names no granule.</param>
    public InvalidatedPages(IEnumerable<Command> commands, ulong page)
    {
        foreach (var command in commands)
            Add(command, page);
        _spans.Sort();
    }

    /// <summary>A command without an address was among them.</summary>
    public bool IsEverything { get; private set; }

    /// <summary>The first address of a range that nothing covers; null if all is covered.</summary>
    public ulong? FirstMissing(ulong first, ulong last)
    {
        if (IsEverything)
            return null;
        foreach (var span in _spans)
        {
            if (span.First > first)
                return first;
            if (span.Last < first)
                continue;
            if (span.Last >= last)
                return null;
            first = span.Last + 1;
        }
        return first;
    }

    /// <summary>The first address beyond a range that something covers; null if nothing beyond it is.</summary>
    public ulong? FirstBeyond(ulong first, ulong last)
    {
        foreach (var span in _spans)
        {
            if (span.First < first)
                return span.First;
            if (span.Last > last)
                return Math.Max(span.First, last + 1);
        }
        return null;
    }

    private void Add(Command command, ulong page)
    {
        // NH_VA, NH_VAA, EL2_VA, EL2_VAA.
        if (command.Opcode is not (0x12 or 0x13 or 0x22 or 0x23))
        {
            IsEverything |= command.Opcode is >= 0x10 and <= 0x30;
            return;
        }
        ulong granule = (command.Word1 >> 10 & 3) switch
        {
            0b01 => 0x1000ul,
            0b10 => 0x4000ul,
            0b11 => 0x1_0000ul,
            _ => page,
        };
        var number = command.Word0 >> 12 & 0x1f;
        var scale = Math.Min((int)(command.Word0 >> 20 & 0x3f), 39);
        var first = command.Word1 & ~0xffful & ~(granule - 1);
        _spans.Add((first, first + ((number + 1) << scale) * granule - 1));
    }
}
