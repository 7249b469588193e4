using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>How often the SMMU has to be told, and whether the entry had to be invalid meanwhile.</summary>
public sealed class EntryWriterTests
{
    private const ulong Incoming = 1ul << 44;
    private const ulong Ats = 1ul << 28;
    private const ulong Mev = 1ul << 19;

    private static readonly ulong[] s_abort = [0x1, 0];
    private static readonly ulong[] s_bypass = [0x9, Incoming];

    // Stage 1 with 2^16 descriptors, ATS and no stalls; substream 0 translates, or bypasses.
    private static readonly ulong[] s_table = [0x8000_0000_8000_002b, 0x0800_00d6 | Ats];
    private static readonly ulong[] s_tableBypass =
    [
        0x8000_0000_8000_002b,
        0x0800_00d5 | Ats | Incoming,
    ];
    private static readonly ulong[] s_otherTableBypass =
    [
        0x8000_0000_9000_002b,
        0x0800_00d5 | Ats | Incoming,
    ];
    private static readonly ulong[] s_stage2 =
    [
        0xd,
        Incoming | Ats,
        0x044c_3594_0000_0000,
        0x9000_0000,
    ];
    private static readonly ulong[] s_stage2Plain =
    [
        0xd,
        Incoming,
        0x044c_3594_0000_0000,
        0x9000_0000,
    ];
    private static readonly ulong[] s_stall1 = [0x8000_0000_8000_002b, 0xd6];
    private static readonly ulong[] s_stall2 = [0xd, Incoming, 0x064c_3594_0000_0000, 0x9000_0000];
    private static readonly ulong[] s_nestedBypass =
    [
        0x8000_0000_a000_002f,
        0x0000_00d5 | Ats | Mev | Incoming,
        0x044c_3594_0000_0000,
        0x9000_0000,
    ];

    // What the driver itself writes: one descriptor, no override of attributes.
    private static readonly ulong[] s_single = [0x8000_000b, 0x0800_00d6];
    private static readonly ulong[] s_plainBypass = [0x9, 0];

    private static readonly ulong[] s_nothing = [];
    private static readonly ulong[] s_context = [0x030a_e204_c000_3510, 0x9000_0000, 0, 0xf404ff44];
    private static readonly ulong[] s_contextOtherAsid =
    [
        0x07cd_e204_c000_3510,
        0x9000_0000,
        0,
        0xf404ff44,
    ];
    private static readonly ulong[] s_contextOtherTable =
    [
        0x07cd_e204_c000_3510,
        0xa000_0000,
        0,
        0xf404ff44,
    ];
    private static readonly ulong[] s_quiet = [0x030a_c204_c000_4000, 0, 0, 0xf404ff44];

    /// <summary>Transitions of stream table entries: announcements there and back; 0: not meant to be taken.</summary>
    public static TheoryData<string, ulong[], ulong[], int, int> StreamTableEntries =>
        new()
        {
            { "bypass, abort", s_bypass, s_abort, 2, 2 },
            { "table, abort", s_table, s_abort, 2, 2 },
            { "table, bypass", s_table, s_bypass, 3, 3 },
            { "substream 0 translates, bypasses", s_table, s_tableBypass, 1, 1 },
            { "substream 0 bypasses, all bypass", s_tableBypass, s_bypass, 2, 2 },
            { "stage 2, abort", s_stage2Plain, s_abort, 2, 2 },
            { "stage 2, bypass", s_stage2Plain, s_bypass, 2, 2 },
            { "stage 1, stage 2", s_table, s_stage2, 3, 3 },
            { "stage 1, stage 2 of a master that stalls", s_stall1, s_stall2, 3, 3 },
            { "nested with bypass, stage 2", s_nestedBypass, s_stage2Plain, 3, 2 },
            { "one descriptor, abort", s_single, s_abort, 2, 2 },
            { "one descriptor, bypass", s_single, s_plainBypass, 2, 2 },
            { "bypass, abort, without override", s_plainBypass, s_abort, 1, 1 },
            { "the same", s_table, s_table, 0, 0 },
        };

    [Theory, MemberData(nameof(StreamTableEntries))]
    public void A_stream_table_entry_changes_without_a_moment_of_invalidity(
        string what,
        ulong[] one,
        ulong[] other,
        int there,
        int back
    )
    {
        var forth = new Rig<Ste>(one).Write(other, StreamEntries.MayChange);
        var again = new Rig<Ste>(other).Write(one, StreamEntries.MayChange);

        Assert.Equal((what, there, back), (what, forth.Announcements, again.Announcements));
        Assert.False(forth.WasInvalid || again.WasInvalid);
    }

    [Fact]
    public void Two_words_that_decide_need_three_steps_through_an_invalid_entry()
    {
        var rig = new Rig<Ste>(s_table).Write(s_otherTableBypass, StreamEntries.MayChange);

        Assert.True(rig.WasInvalid);
        Assert.Equal(3, rig.Announcements);
    }

    [Theory]
    [InlineData(nameof(s_nothing), nameof(s_context), 2, true)]
    [InlineData(nameof(s_context), nameof(s_nothing), 2, true)]
    [InlineData(nameof(s_context), nameof(s_contextOtherAsid), 1, false)]
    [InlineData(nameof(s_context), nameof(s_contextOtherTable), 3, true)]
    [InlineData(nameof(s_context), nameof(s_quiet), 2, false)]
    [InlineData(nameof(s_quiet), nameof(s_context), 2, false)]
    public void A_context_descriptor_changes(
        string from,
        string to,
        int announcements,
        bool invalid
    )
    {
        var rig = new Rig<Cd>(Named(from)).Write(Named(to), static (_, _) => default);

        Assert.Equal((announcements, invalid), (rig.Announcements, rig.WasInvalid));
    }

    [Fact]
    public void A_failure_to_announce_is_told_and_nothing_is_stored_behind_it()
    {
        var rig = new Rig<Ste>(s_abort) { Answer = ErrorClass.TimedOut };

        rig.Write(s_bypass, StreamEntries.MayChange);

        Assert.Equal(((Outcome)ErrorClass.TimedOut, 1), (rig.Outcome, rig.Announcements));
        rig.Answer = Outcome.Done;
        rig.Write(s_bypass, StreamEntries.MayChange);
        Assert.Equal(Outcome.Done, rig.Outcome);
    }

    [Fact]
    public void What_was_not_announced_is_announced_even_if_it_does_not_change()
    {
        var rig = new Rig<Ste>(s_abort).Write(s_bypass, StreamEntries.MayChange);
        var before = rig.Announcements;

        rig.Write(s_bypass, StreamEntries.MayChange);
        Assert.Equal(before, rig.Announcements);
        rig.Write(s_bypass, StreamEntries.MayChange, unsure: true);

        Assert.Equal(before + 1, rig.Announcements);
    }

    private static ulong[] Named(string entry) =>
        entry switch
        {
            nameof(s_context) => s_context,
            nameof(s_contextOtherAsid) => s_contextOtherAsid,
            nameof(s_contextOtherTable) => s_contextOtherTable,
            nameof(s_quiet) => s_quiet,
            _ => s_nothing,
        };

    /// <summary>One entry in memory. At each announcement it must mean the old entry, the new one, or nothing.</summary>
    private sealed class Rig<T>
        where T : struct, ILayout<T>
    {
        private static readonly PhysicalAddress s_at = 0x4000;

        private readonly PlainMemory _memory = new();
        private readonly T _old;
        private T _new;
        private T _mayChange;

        public Rig(ulong[] start)
        {
            _old = Entry(start);
            for (var i = 0; i < T.Layout.WordCount; i++)
                _memory.Store(s_at + (8 * (ulong)i), _old.Word(i));
        }

        public int Announcements { get; private set; }

        public bool WasInvalid { get; private set; }

        public Outcome Answer { get; set; }

        public Outcome Outcome { get; private set; }

        public Rig<T> Write(ulong[] target, Func<T, T, T> mayChange, bool unsure = false)
        {
            _new = Entry(target);
            _mayChange = mayChange(_old, _new);
            var shared = new SharedMemory(_memory, coherent: true);
            Outcome = new EntryWriter<T>(shared, s_at, mayChange, Announce).Write(_new, unsure);
            if (Outcome.IsDone)
                Assert.Equal(_new, Current());
            return this;
        }

        private Outcome Announce()
        {
            Announcements++;
            var seen = Current();
            if (seen.Word(0) == 0 || !IsValid(seen))
                WasInvalid = true;
            else
                Assert.True(Means(seen, _old) || Means(seen, _new), $"{seen}");
            return Answer;
        }

        private bool Means(T seen, T entry)
        {
            var used = entry.UsedBits();
            for (var i = 0; i < T.Layout.WordCount; i++)
                if (((seen.Word(i) ^ entry.Word(i)) & used.Word(i) & ~_mayChange.Word(i)) != 0)
                    return false;
            return true;
        }

        private static bool IsValid(T entry) =>
            entry switch
            {
                Ste ste => ste.V,
                Cd cd => cd.V,
                _ => false,
            };

        private T Current()
        {
            Span<ulong> words = stackalloc ulong[8];
            for (var i = 0; i < words.Length; i++)
                words[i] = _memory.Load(s_at + (8 * (ulong)i));
            return T.FromWords(words);
        }

        private static T Entry(ulong[] words)
        {
            Span<ulong> all = stackalloc ulong[8];
            words.CopyTo(all);
            return T.FromWords(all);
        }
    }
}
