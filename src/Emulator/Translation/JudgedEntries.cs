using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Stream table entries judged and decoded lately. To judge one costs thirty times its fetch, and an entry seldom changes
/// between two fetches: the same words under the same registers mean the same.
/// </summary>
/// <param name="state">The registers in force.</param>
internal sealed class JudgedStes(SmmuState state)
{
    private const int Slots = 16;

    private readonly SteEntry[] _entries = new SteEntry[Slots];
    private readonly bool[] _e2h = new bool[Slots];

    /// <summary>The entry of these words; the reference holds until the next one is asked for.</summary>
    public ref SteEntry Of(StreamId stream, scoped ReadOnlySpan<ulong> words, PhysicalAddress at)
    {
        var slot = stream.Value % Slots;
        ref var entry = ref _entries[slot];
        var e2h = state.Cr2.E2H;
        // Words of zeros are judged too: a slot never used holds them, but not the rule that they break.
        if (
            entry is { Ste.V: false, Broken: null }
            || _e2h[slot] != e2h
            || !entry.Ste.Words.SequenceEqual(words)
        )
        {
            entry = SteEntry.Judged(new Ste(words), at, state);
            _e2h[slot] = e2h;
        }
        entry.At = at;
        return ref entry;
    }
}

/// <summary>Context descriptors judged and decoded lately, like <see cref="JudgedStes"/>.</summary>
/// <param name="profile">The SMMU.</param>
internal sealed class JudgedCds(Profile profile)
{
    private const int Slots = 16;

    private readonly CdEntry[] _entries = new CdEntry[Slots];
    private readonly (Ste Ste, StreamWorld World)[] _through = new (Ste, StreamWorld)[Slots];

    /// <summary>The descriptor of these words, reached through that entry; the reference holds until the next one.</summary>
    public ref CdEntry Of(
        StreamId stream,
        uint index,
        scoped ReadOnlySpan<ulong> words,
        PhysicalAddress at,
        scoped in SteEntry ste
    )
    {
        var slot = (stream.Value ^ index) % Slots;
        ref var entry = ref _entries[slot];
        ref var through = ref _through[slot];
        if (
            entry is { Cd.V: false, Broken: null }
            || through.World != ste.World
            || !entry.Cd.Words.SequenceEqual(words)
            || !through.Ste.Words.SequenceEqual(ste.Ste.Words)
        )
        {
            entry = CdEntry.Judged(new Cd(words), at, in ste, profile);
            through = (ste.Ste, ste.World);
        }
        entry.At = at;
        return ref entry;
    }
}
