using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How a translation ends, by numbers: those of the event record (§7.3), 0 if it passes.</summary>
/// <param name="Event">Event number.</param>
/// <param name="Stage2">S2 of the record.</param>
/// <param name="Class">CLASS of the record: 0 CD, 1 TTD, 2 IN.</param>
/// <param name="Address">The output; of a fault of stage 2, the page of its IPA.</param>
/// <param name="Memory">If it passes, its memory: 0 to 3 Device from nGnRnE to GRE, 4 Non-cacheable, 5 Write-Through, 6 Write-Back.</param>
/// <param name="Shared">If it passes, SH: 0 not, 2 Outer, 3 Inner.</param>
internal readonly record struct NaiveAnswer(
    int Event,
    bool Stage2,
    int Class,
    ulong Address,
    int Memory = 0,
    int Shared = 0
);

/// <summary>
/// Translation as one would write it down from the manuals in an afternoon: bits by number, memory word by word, nothing
/// remembered, nothing shared with the emulator or with the layouts. It knows streams with stage 1, stage 2 or both, one CD,
/// VMSAv8-64 tables below 2^48 and no flag updates; its users ask for nothing else.
/// </summary>
internal sealed class NaiveModel(PhysicalMemory memory, int outputBits, bool bigEndian, bool xnx)
{
    private const int Cd = 0;
    private const int Ttd = 1;
    private const int In = 2;

    /// <summary>What becomes of a transaction of a stream.</summary>
    /// <param name="ste">Address of its entry.</param>
    /// <param name="address">Input address.</param>
    /// <param name="write">It writes.</param>
    /// <param name="privileged">It is privileged.</param>
    /// <param name="fetch">It is an instruction fetch.</param>
    public NaiveAnswer Translate(ulong ste, ulong address, bool write, bool privileged, bool fetch)
    {
        fetch &= !write;
        var entry = new Words(memory, ste);
        var stage1 = entry.Bit(1);
        var stage2 = entry.Bit(2);
        var asked = new Asked(write, privileged, fetch);
        if (!stage1)
            return address >> outputBits != 0
                ? new(0x11, false, In, 0)
                : Second(entry, address, asked, In);

        // The CD. §5.4
        var at = entry.Bits(55, 6) << 6;
        if (stage2)
        {
            var found = Second(entry, at, Reading, Cd);
            if (found.Event != 0)
                return found;
            at = found.Address;
        }
        var first = First(entry, new Words(memory, at), stage2, address, asked);
        if (first.Event != 0 || !stage2)
            return first;
        var second = Second(entry, first.Address, asked, In);
        return second.Event != 0 ? second : Combined(first, second);
    }

    // The stronger memory, the wider shareability; what no cache holds is Outer Shareable.
    private static NaiveAnswer Combined(NaiveAnswer first, NaiveAnswer second)
    {
        var memory = Math.Min(first.Memory, second.Memory);
        var shared =
            first.Shared == 2 || second.Shared == 2 ? 2
            : first.Shared == 3 || second.Shared == 3 ? 3
            : 0;
        return second with { Memory = memory, Shared = memory < 5 ? 2 : shared };
    }

    private static Asked Reading => new(false, true, false);

    private NaiveAnswer First(Words entry, Words cd, bool nested, ulong address, Asked asked)
    {
        // 1. Which half, and whether the address is in it. Bit 55 decides; the top byte may not count.
        var upper = address >> 55 & 1;
        var size = (int)(upper == 1 ? cd.Bits(21, 16) : cd.Bits(5, 0));
        var bits = 64 - size;
        var counted = cd.Bit(upper == 1 ? 39 : 38) ? 56 : 64;
        for (var bit = bits; bit < counted; bit++)
            if ((address >> bit & 1) != upper)
                return new(0x10, false, In, 0);
        if (cd.Bit(upper == 1 ? 30 : 14))
            return new(0x10, false, In, 0);

        // 2. From the root down, one level at a time.
        var shift = upper == 1 ? PageShift1((int)cd.Bits(23, 22)) : PageShift((int)cd.Bits(7, 6));
        var perLevel = shift - 3;
        var level = 3;
        while (bits > shift + (perLevel * (4 - level)))
            level--;
        var limit = Math.Min(SizeOf((int)cd.Bits(34, 32)), outputBits);
        var had = cd.Bit(64 * (upper == 1 ? 2 : 1) + 1);
        var table = cd.Bits(64 * (upper == 1 ? 2 : 1) + 51, 64 * (upper == 1 ? 2 : 1) + 4) << 4;
        var inside = address & ((1ul << bits) - 1);
        var (noUser, noWrite, noUserFetch, noFetch) = (false, false, false, false);
        for (; ; level++)
        {
            var slot = table + (8 * Index(inside, shift, perLevel, level));
            if (nested)
            {
                var found = Second(entry, slot, Reading, Ttd);
                if (found.Event != 0)
                    return found;
                slot = found.Address;
            }
            var word = Descriptor(slot);
            var isLeaf = level == 3 || (word & 2) == 0;
            if (
                (word & 1) == 0
                || (level == 3 && (word & 2) == 0)
                || (isLeaf && !MayLeaf(shift, level))
            )
                return new(0x10, false, In, 0);
            var span = isLeaf ? shift + (perLevel * (3 - level)) : shift;
            var next = Output(word, shift, span);
            if (next >> limit != 0)
                return new(0x11, false, In, 0);
            if (!isLeaf)
            {
                table = next;
                if (had)
                    continue;
                noFetch |= (word >> 59 & 1) != 0;
                noUserFetch |= (word >> 60 & 1) != 0;
                noUser |= (word >> 61 & 1) != 0;
                noWrite |= (word >> 62 & 1) != 0;
                continue;
            }

            // 3. Access flag, then permissions: a table of who may do what.
            if ((word >> 10 & 1) == 0 && !cd.Bit(35))
                return new(0x12, false, In, 0);
            var write = (word >> 7 & 1) == 0 && !noWrite;
            var user = (word >> 6 & 1) != 0 && !noUser;
            var userFetch = (word >> 54 & 1) == 0 && !noUserFetch;
            var privilegedFetch = (word >> 53 & 1) == 0 && !noFetch && !(user && write);
            if (cd.Bit(36))
            {
                userFetch &= !(user && write);
                privilegedFetch &= !write;
            }
            var pan = cd.Bit(40) && user;
            var may =
                asked.Fetch ? (asked.Privileged ? privilegedFetch : userFetch)
                : asked.Privileged ? !pan && (write || !asked.Write)
                : user && (write || !asked.Write);
            if (!may)
                return new(0x13, false, In, 0);
            var mair = cd.Bits(192 + 63, 192) >> (int)(8 * (word >> 2 & 7)) & 0xff;
            var memory1 = mair switch
            {
                < 0x10 => (int)mair >> 2,
                0x44 => 4,
                0xbb => 5,
                _ => 6,
            };
            return new(
                0,
                false,
                0,
                next | (address & ((1ul << span) - 1)),
                memory1,
                memory1 < 5 ? 2 : (int)(word >> 8 & 3)
            );
        }
    }

    private NaiveAnswer Second(Words entry, ulong ipa, Asked asked, int kind)
    {
        const int Word2 = 128;
        var shift = PageShift((int)entry.Bits(Word2 + 47, Word2 + 46));
        var bits = 64 - (int)entry.Bits(Word2 + 37, Word2 + 32);
        var page = ipa >> 12 << 12;
        if (ipa >> bits != 0)
            return new(0x10, true, kind, page);
        var code = (int)entry.Bits(Word2 + 39, Word2 + 38);
        var level = shift == 12 ? (code == 3 ? 3 : 2 - code) : 3 - code;
        var perLevel = shift - 3;
        var limit = Math.Min(SizeOf((int)entry.Bits(Word2 + 50, Word2 + 48)), outputBits);
        var table = entry.Bits(192 + 51, 192 + 4) << 4;
        for (var first = true; ; level++, first = false)
        {
            // Tables of the first level may stand side by side.
            var index = ipa >> (shift + (perLevel * (3 - level)));
            if (!first)
                index &= (1ul << perLevel) - 1;
            var word = Descriptor(table + (8 * index));
            var isLeaf = level == 3 || (word & 2) == 0;
            if (
                (word & 1) == 0
                || (level == 3 && (word & 2) == 0)
                || (isLeaf && !MayLeaf(shift, level))
            )
                return new(0x10, true, kind, page);
            var span = isLeaf ? shift + (perLevel * (3 - level)) : shift;
            var next = Output(word, shift, span);
            if (next >> limit != 0)
                return new(0x11, true, kind, page);
            if (!isLeaf)
            {
                table = next;
                continue;
            }
            if ((word >> 10 & 1) == 0 && !entry.Bit(Word2 + 53))
                return new(0x12, true, kind, page);
            var (read, write) = ((word >> 6 & 1) != 0, (word >> 7 & 1) != 0);
            var never = (word >> 54 & 1) != 0;
            var odd = (word >> 53 & 1) != 0;
            // With XNX: 00 both, 01 unprivileged, 10 nobody, 11 privileged.
            var execute = xnx
                ? (never ? odd && asked.Privileged : !odd || !asked.Privileged)
                : !never;
            var may =
                asked.Fetch ? execute
                : asked.Write ? write
                : read;
            if (!may)
                return new(0x13, true, kind, page);
            var type = (int)(word >> 2 & 0xf);
            var memory2 = type switch
            {
                < 4 => type,
                0b0101 => 4,
                0b1010 => 5,
                _ => 6,
            };
            return new(
                0,
                false,
                0,
                next | (ipa & ((1ul << span) - 1)),
                memory2,
                memory2 < 5 ? 2 : (int)(word >> 8 & 3)
            );
        }
    }

    // A block at this level: 4 KB 1 and 2, others 2, and 64 KB 1 with 52 bits. Arm ARM D8.3
    private bool MayLeaf(int shift, int level) =>
        level == 3 || level == 2 || (level == 1 && (shift == 12 || IsWide(shift)));

    // Addresses of 52 bits: [51:48] stand in [15:12] of a descriptor of 64 KB tables. Arm ARM D8.3
    private bool IsWide(int shift) => shift == 16 && outputBits == 52;

    private ulong Output(ulong word, int shift, int span) =>
        ((word & 0xffff_ffff_ffff) >> span << span)
        | (IsWide(shift) ? (word >> 12 & 0xf) << 48 : 0);

    private static ulong Index(ulong address, int shift, int perLevel, int level) =>
        address >> (shift + (perLevel * (3 - level))) & ((1ul << perLevel) - 1);

    private static int PageShift(int code) =>
        code switch
        {
            0 => 12,
            1 => 16,
            _ => 14,
        };

    private static int PageShift1(int code) =>
        code switch
        {
            1 => 14,
            2 => 12,
            _ => 16,
        };

    private static int SizeOf(int code) => new[] { 32, 36, 40, 42, 44, 48, 52, 56 }[code];

    private ulong Descriptor(ulong at)
    {
        var word = memory.Read64(at);
        if (!bigEndian)
            return word;
        var swapped = 0ul;
        for (var i = 0; i < 8; i++)
            swapped = swapped << 8 | (word >> (8 * i) & 0xff);
        return swapped;
    }

    private readonly record struct Asked(bool Write, bool Privileged, bool Fetch);

    // A structure by the numbers of its bits.
    private readonly struct Words(PhysicalMemory memory, ulong at)
    {
        public bool Bit(int bit) => Bits(bit, bit) != 0;

        public ulong Bits(int high, int low) =>
            memory.Read64(at + ((ulong)(low / 64) * 8)) >> (low % 64)
            & (ulong.MaxValue >> (63 - (high - low)));
    }
}
