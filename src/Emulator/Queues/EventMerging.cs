using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>When two events may share one record (§7.3.1).</summary>
internal static class EventMerging
{
    private const ulong InPage = 0xfff;

    /// <summary>Both records say the same; where in its page an address lies does not count for faults.</summary>
    public static bool Alike(in EventRecord a, in EventRecord b) =>
        IgnoresOffset(a.Id)
            ? a with { Word2 = a.Word2 & ~InPage } == b with { Word2 = b.Word2 & ~InPage }
            : a == b;

    private static bool IgnoresOffset(byte id) =>
        id == FTranslForbidden.IdOf
        || id == FWalkEabt.IdOf
        || id == FTranslation.IdOf
        || id == FAddrSize.IdOf
        || id == FAccess.IdOf
        || id == FPermission.IdOf
        || id == FTlbConflict.IdOf;
}
