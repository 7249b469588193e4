using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Replaces an entry that the SMMU may read at any moment, word by word. Only one 64-bit word changes at a time as
/// the SMMU sees it, and what it may see in between must mean the old entry or the new one. If that cannot be, the
/// entry is made invalid meanwhile. §3.21.3
/// </summary>
/// <typeparam name="T">Stream table entry or context descriptor; word 0 holds the valid flag of both.</typeparam>
/// <param name="memory">Where the entry is.</param>
/// <param name="address">Its address.</param>
/// <param name="mayChange">Given old and new, the bits that are harmless on their own though both entries read them.</param>
/// <param name="announce">Tells the SMMU that the entry has changed and waits until it knows.</param>
internal sealed class EntryWriter<T>(
    SharedMemory memory,
    PhysicalAddress address,
    Func<T, T, T> mayChange,
    Func<Outcome> announce
)
    where T : struct, ILayout<T>
{
    private static readonly int s_words = T.Layout.WordCount;

    private Outcome _outcome;
    private bool _announced;

    /// <summary>Replaces the entry.</summary>
    /// <param name="target">The new entry.</param>
    /// <param name="unsure">It was not announced the last time: it is now, even if nothing changes.</param>
    /// <returns>
    /// What failed to be announced. Nothing is stored behind that: whatever of the entry the SMMU sees means the old one, the
    /// new one, or a refusal; write it again.
    /// </returns>
    public Outcome Write(T target, bool unsure = false)
    {
        // 1. What the new entry points to is visible before the entry is.
        memory.Barrier();
        (_outcome, _announced) = (Outcome.Done, false);

        // 2. Change what the old entry does not read, and see which words are still not what the new one reads.
        var current = Load();
        var prepared = Prepare(current, target, out var critical);

        // 3. The fewer words matter at once, the less is disturbed.
        if (critical == 0)
            Step(Everything, target);
        else if (BitOperations.IsPow2(critical))
            WriteAround(critical, current, prepared, target);
        else
            WriteInvalidFirst(target);
        if (unsure && !_announced)
            _outcome = announce();
        return _outcome;
    }

    // Exactly one word decides: make the others ready, switch, tidy up.
    private void WriteAround(uint critical, T current, T prepared, T target)
    {
        Step(NeededBy(current, prepared, target) & ~critical, prepared);
        Step(critical, target);
        Step(Everything, target);
    }

    // Two words decide and cannot change together.
    private void WriteInvalidFirst(T target)
    {
        Step(FirstWord, default);
        Step(Everything & ~FirstWord, target);
        Step(FirstWord, target);
    }

    private T Prepare(T current, T target, out uint critical)
    {
        var (before, after) = (current.UsedBits(), target.UsedBits());
        var harmless = mayChange(current, target);
        Span<ulong> words = stackalloc ulong[s_words];
        critical = 0;
        for (var i = 0; i < s_words; i++)
        {
            var free = harmless.Word(i) & before.Word(i) & after.Word(i);
            var pinned = before.Word(i) & ~free;
            words[i] = (current.Word(i) & pinned) | (target.Word(i) & ~pinned);
            if (((words[i] ^ target.Word(i)) & after.Word(i)) != 0)
                critical |= 1u << i;
        }

        return T.FromWords(words);
    }

    // Leftovers that the new entry does not read can wait for the last step.
    private static uint NeededBy(T current, T prepared, T target)
    {
        var after = target.UsedBits();
        var words = 0u;
        for (var i = 0; i < s_words; i++)
            if (((current.Word(i) ^ prepared.Word(i)) & after.Word(i)) != 0)
                words |= 1u << i;
        return words;
    }

    // Stores those of the words that differ, and announces it if any did.
    private void Step(uint words, T value)
    {
        // The SMMU may still read what was there before: another change would be one too many at once.
        if (!_outcome.IsDone)
            return;
        var changed = false;
        for (var i = 0; i < s_words; i++)
        {
            var slot = address + (8 * (ulong)i);
            if ((words & (1u << i)) == 0 || memory.Load(slot) == value.Word(i))
                continue;
            memory.Store(slot, value.Word(i));
            changed = true;
        }

        if (!changed)
            return;
        memory.Clean(address, 8 * (ulong)s_words);
        (_outcome, _announced) = (announce(), true);
    }

    private T Load()
    {
        Span<ulong> words = stackalloc ulong[s_words];
        for (var i = 0; i < s_words; i++)
            words[i] = memory.Load(address + (8 * (ulong)i));
        return T.FromWords(words);
    }

    private const uint FirstWord = 1;

    private static uint Everything => (1u << s_words) - 1;
}
