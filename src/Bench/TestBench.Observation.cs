using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>What a case looks at.</summary>
public sealed partial class TestBench
{
    /// <summary>A stream's entry as memory has it; all zero if no table covers it.</summary>
    public Ste SteOf(StreamId stream, int smmu = 0) => Structures.Of(smmu).SteOf(stream) ?? default;

    /// <summary>A context descriptor as memory has it; all zero if there is none.</summary>
    public Cd CdOf(StreamId stream, SubstreamId substream = default, int smmu = 0)
    {
        var ste = SteOf(stream, smmu);
        if (!ste.V || ste.Config is not (SteConfig.Stage1 or SteConfig.Nested))
            return default;
        if (ste.S1CDMax == 0 || ste.S1Fmt == S1Fmt.Linear)
            return ReadStructure<Cd>(ste.S1ContextPtr + 64ul * substream.Value);
        var bits = ste.S1Fmt == S1Fmt.TwoLevel4K ? 6 : 10;
        var leaf = ReadStructure<L1Cd>(ste.S1ContextPtr + 8ul * (substream.Value >> bits));
        return leaf.V
            ? ReadStructure<Cd>(leaf.L2Ptr + 64ul * (substream.Value & ((1u << bits) - 1)))
            : default;
    }

    /// <summary>A structure as memory has it.</summary>
    public T ReadStructure<T>(PhysicalAddress at)
        where T : struct, ILayout<T> => Machine.Memory.Structure<T>(at);

    /// <summary>The commands consumed without error during the last operation.</summary>
    public IReadOnlyList<Command> Commands => CommandsSince(LastOperation);

    /// <summary>The commands consumed without error since a mark of the trace.</summary>
    public IReadOnlyList<Command> CommandsSince(int mark) =>
        [
            .. Trace
                .Since<CommandEntry>(mark)
                .Where(c => c.Error == CommandError.None)
                .Select(c => c.Command),
        ];

    /// <summary>The commands of one type consumed without error during the last operation.</summary>
    public IReadOnlyList<T> CommandsOf<T>()
        where T : struct, ICommand<T> => [.. Commands.Where(c => c.Is<T>()).Select(c => c.As<T>())];

    /// <summary>The events recorded since a mark of the trace.</summary>
    public IReadOnlyList<EventRecord> EventsSince(int mark) =>
        [.. Trace.Since<EventEntry>(mark).Select(e => e.Record)];

    /// <summary>A device's read or write at an address, through the SMMU and its caches.</summary>
    public Translation Dma(
        Device device,
        Iova address,
        bool write = false,
        StreamId? stream = null,
        SubstreamId? pasid = null
    ) =>
        Dma(
            new Transaction
            {
                Stream = stream ?? device.Stream,
                Address = address,
                Write = write,
                SubstreamValid = pasid is not null,
                Substream = pasid ?? default,
            },
            device.Smmu
        );

    /// <summary>Any transaction, through the SMMU and its caches.</summary>
    public Translation Dma(in Transaction transaction, int smmu = 0)
    {
        var translation = Machine.Smmus[smmu].Access(in transaction);
        Check();
        return translation;
    }

    /// <summary>Fails the case unless these acts occurred in this order since the last operation began.</summary>
    /// <exception cref="TraceMismatchException">One did not.</exception>
    public void Saw(params ReadOnlySpan<Step> steps)
    {
        var from = LastOperation;
        var found = 0;
        foreach (var step in steps)
        {
            var next = IndexOf(step, from);
            if (next < 0)
                throw new TraceMismatchException(
                    step,
                    TraceText.Of(Trace.Since(LastOperation), found)
                );
            found = Trace.Entries[next].Number;
            from = next + 1;
        }
    }

    /// <summary>The state that a refused operation must leave as it is.</summary>
    public BenchState Capture() => new(this);

    private int IndexOf(Step step, int from)
    {
        for (var i = from; i < Trace.Entries.Count; i++)
            if (step.Matches(Trace.Entries[i]))
                return i;
        return -1;
    }
}
