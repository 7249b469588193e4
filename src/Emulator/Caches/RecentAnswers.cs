using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Answers that the TLB gave lately, found by the transaction itself, so that the lookups of entry, descriptor and
/// translation are not done again. It answers what they would: everything they look at is counted by an <see cref="Epoch"/>,
/// and a new count voids all answers. It is no cache of the architecture, and holds nothing that the others do not.
/// </summary>
/// <param name="caches">Counts what leaves the caches, or is hidden by what enters.</param>
/// <param name="state">Counts changes of registers.</param>
internal sealed class RecentAnswers(SmmuCaches caches, SmmuState state)
{
    private const int Slots = 1024;
    private const int PageBits = 12;
    private const ulong Inside = (1ul << PageBits) - 1;

    private readonly Answer[] _answers = new Answer[Slots];

    /// <summary>The answer to a transaction, if one of its page was answered and nothing has changed since.</summary>
    public ref readonly Answer Find(in Transaction transaction, out bool found)
    {
        ref readonly var answer = ref _answers[SlotOf(in transaction)];
        found =
            answer.Page == transaction.Address.Value >> PageBits
            && answer.Who == transaction.Who
            && answer.Traits == transaction.Traits
            && answer.Epoch == Now;
        return ref answer;
    }

    /// <summary>Notes an answer that came from the TLB.</summary>
    public void Add(in Transaction transaction, in Translation translation) =>
        _answers[SlotOf(in transaction)] = new Answer
        {
            Page = transaction.Address.Value >> PageBits,
            Who = transaction.Who,
            Epoch = Now,
            Traits = transaction.Traits,
            Given = translation.Traits,
            Leaf = translation.Leaf,
            Output = translation.Address.Value & ~Inside,
        };

    // Counts start at 1, so that a slot never used answers nothing.
    private ulong Now => unchecked(caches.Epoch.Value + state.Epoch.Value + 1);

    private static int SlotOf(in Transaction transaction) =>
        unchecked(
            (int)((transaction.Address.Value >> PageBits ^ transaction.Who * 0x9e37) % Slots)
        );

    /// <summary>One answer: what it is for, and what of a translation a TLB hit can differ in.</summary>
    internal struct Answer
    {
        public ulong Page;
        public ulong Who;
        public ulong Epoch;
        public ulong Given;
        public PhysicalAddress Leaf;
        public ulong Output;
        public uint Traits;

        /// <summary>The translation of an address in the page.</summary>
        public readonly Translation For(Iova address) =>
            new()
            {
                Address = Output | (address.Value & Inside),
                Leaf = Leaf,
                Traits = Given,
            };
    }
}
