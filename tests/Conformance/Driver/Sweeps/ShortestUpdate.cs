using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// How few rounds of CMD_CFGI_* and CMD_SYNC a change of an entry takes, from the bits that the SMMU reads of the one before
/// and the one after (§3.21.3). Written without the writer of any driver: it is what that is measured by.
/// </summary>
/// <param name="Rounds">Rounds of the shortest safe change; 0 if nothing changes.</param>
/// <param name="IsHitless">No access needs to be refused meanwhile.</param>
public readonly record struct ShortestUpdate(int Rounds, bool IsHitless)
{
    /// <summary>The shortest change of one entry into another.</summary>
    /// <param name="before">What stands there.</param>
    /// <param name="after">What is to stand there.</param>
    /// <param name="harmless">Bits that may change apart from the rest although they are read.</param>
    public static ShortestUpdate Of<T>(in T before, in T after, in T harmless)
        where T : struct, ILayout<T>
    {
        var (usedBefore, usedAfter) = (before.UsedBits(), after.UsedBits());
        var (preparing, deciding, clearing) = (0, 0, 0);
        for (var i = 0; i < T.Layout.WordCount; i++)
        {
            var (old, now, free) = (before.Word(i), after.Word(i), harmless.Word(i));
            var readBefore = usedBefore.Word(i) & ~free;
            // 1. What the old entry does not read is written first: nobody sees it.
            var prepared = (old & readBefore) | (now & ~readBefore);
            // 2. What only the old entry reads can go last, for the same reason.
            var decided = (prepared & ~usedAfter.Word(i)) | (now & usedAfter.Word(i));
            preparing |= prepared != old ? 1 : 0;
            deciding += decided != prepared ? 1 : 0;
            clearing |= now != decided ? 1 : 0;
        }
        // One word changes its meaning by one store. More would be read as a mixture: invalid, the rest, valid.
        return deciding > 1 ? new(3, false) : new(preparing + deciding + clearing, true);
    }
}
