using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>A command is complete before the producer index passes it, and is left alone until it is consumed.</summary>
public sealed class PublishedSlots : MonitorRule
{
    private sealed class Queue
    {
        public ulong Published;
        public ulong Consumed;
        public bool Failed;

        // Slots written since they were last consumed, by address.
        public readonly HashSet<ulong> Written = [];
    }

    private readonly Dictionary<int, Queue> _queues = [];

    /// <inheritdoc/>
    public override string Id => "monitor.published-slots";

    /// <inheritdoc/>
    public override bool NeedsOrder => true;

    /// <inheritdoc/>
    public override string Clause => "§3.5.1, §3.21.2";

    /// <inheritdoc/>
    public override string Sentence =>
        "SMMU_CMDQ_PROD moves over an entry only after the entry was written, and a published entry is not changed before it is consumed.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (store.Place.Kind != PlaceKind.CommandQueue)
            return;
        var queue = QueueOf(store.Place.Smmu);
        var slots = SlotsOf(store.Place.Smmu);
        var index = (store.Place.Base.Value - BaseOf(store.Place.Smmu).ADDR.Value) / 16;
        for (var at = queue.Consumed; at < queue.Published && !queue.Failed; at++)
            if (at % slots == index)
            {
                Violate(
                    $"slot {index} changed while published: {store.Old:x16} -> {store.New:x16} in word {store.Place.Word}"
                );
                return;
            }
        queue.Written.Add(store.Place.Base.Value);
    }

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        var queue = QueueOf(smmu);
        if (offset == CmdqBase.Offset)
            (queue.Published, queue.Consumed, queue.Failed) = (0, 0, false);
        if (offset == GErrorN.Offset)
            queue.Failed = false;
        if (offset != CmdqProd.Offset)
            return;
        var slots = SlotsOf(smmu);
        // While it is off that says where it starts, and nothing is handed over.
        if (!Monitor.Machine.Smmus[smmu].Inside.State.Cr0.CMDQEN)
        {
            (queue.Published, queue.Consumed) = (value, value);
            queue.Written.Clear();
            return;
        }

        // Positions run on; the register holds them modulo twice the size.
        var step = unchecked(value - queue.Published) & (2 * slots - 1);
        if (step > slots)
            return;
        for (var at = queue.Published; at < queue.Published + step; at++)
        {
            var slot = BaseOf(smmu).ADDR.Value + at % slots * 16;
            if (!queue.Written.Remove(slot))
                Violate(
                    $"SMMU_CMDQ_PROD = 0x{value:x} publishes slot {at % slots}, which was not written since it was last consumed"
                );
        }
        queue.Published += step;
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        var queue = QueueOf(smmu);
        if (error == CommandError.None)
            queue.Consumed++;
        else
            queue.Failed = true;
    }

    private Queue QueueOf(int smmu) =>
        _queues.TryGetValue(smmu, out var queue) ? queue : _queues[smmu] = new();

    private CmdqBase BaseOf(int smmu) => Monitor.Structures.Of(smmu).CommandQueue;

    private ulong SlotsOf(int smmu) => 1ul << Math.Min((int)BaseOf(smmu).LOG2SIZE, 19);
}
