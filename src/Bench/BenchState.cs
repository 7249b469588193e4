using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>
/// What software can change and hardware can see: every allocated block with its content, and the number of commands. Two
/// states are compared around an operation that must have changed nothing.
/// </summary>
public sealed class BenchState
{
    private readonly TestBench _bench;
    private readonly Dictionary<ulong, ulong[]> _blocks = [];
    private readonly int _mark;

    internal BenchState(TestBench bench)
    {
        (_bench, _mark) = (bench, bench.Trace.Mark);
        foreach (var (address, bytes) in bench.Memory.Blocks)
            if (!IsQueue(address))
                _blocks[address.Value] = Read(address, bytes);
    }

    /// <summary>Fails the case if anything has changed since, and says what.</summary>
    /// <exception cref="StateChangedException">Something has.</exception>
    public void MustBeUnchanged()
    {
        var now = new BenchState(_bench);
        foreach (var command in _bench.CommandsSince(_mark))
            if (!command.Is<Sync>())
                throw Changed($"a command was issued: {command}");
        foreach (var (address, words) in _blocks)
        {
            if (!now._blocks.TryGetValue(address, out var after))
                throw Changed($"memory at 0x{address:x} was freed");
            for (var i = 0; i < words.Length; i++)
                if (words[i] != after[i])
                {
                    var at = new PhysicalAddress(address + 8ul * (ulong)i);
                    throw Changed(
                        $"{_bench.Structures.At(at)} word at {at}: {words[i]:x16} -> {after[i]:x16}"
                    );
                }
        }
        foreach (var address in now._blocks.Keys)
            if (!_blocks.ContainsKey(address))
                throw Changed($"memory at 0x{address:x} was allocated and kept");
    }

    private StateChangedException Changed(string what) =>
        new(what, TraceText.Of(_bench.Trace.Since(_mark)));

    // The slots of queues hold what was once written there; their content is no state.
    private bool IsQueue(PhysicalAddress address) =>
        _bench.Structures.At(address).Kind is PlaceKind.CommandQueue or PlaceKind.EventQueue;

    private ulong[] Read(PhysicalAddress address, ulong bytes) =>
        _bench.Machine.Memory.Words(address, (int)(bytes / 8));
}

/// <summary>Thrown when an operation that was refused has changed something: the verdict is <c>failed</c>.</summary>
/// <param name="what">What changed.</param>
/// <param name="trace">What the driver did.</param>
public sealed class StateChangedException(string what, string trace)
    : Exception($"contract.refusal-changes-nothing: {what}\n{trace}");
