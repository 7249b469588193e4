using SmmuConformance.Architecture;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>A model in another process as the hardware of one machine. What asks nothing is sent with the next that does.</summary>
internal sealed class RemoteHardware : IOtherHardware
{
    // Far below the longest frame, and more than any case stores at once.
    private const int MostCollected = 1 << 20;

    private readonly ModelProcess _process;
    private readonly WireWriter _frame = new();

    /// <summary>The machine that the process has begun.</summary>
    public RemoteHardware(ModelProcess process)
    {
        _process = process;
        _frame.Start(FrameKind.Requests);
    }

    /// <inheritdoc/>
    public ulong Read(uint offset, int bytes)
    {
        RequireRegister(offset, bytes);
        Add(ModelRequest.Read);
        _frame.U32(offset);
        _frame.U8((byte)bytes);
        return Ask(
            $"register 0x{offset:x} was read",
            static (ref WireReader from) => from.U64("the register")
        );
    }

    /// <inheritdoc/>
    public void Write(uint offset, int bytes, ulong value)
    {
        RequireRegister(offset, bytes);
        Add(ModelRequest.Write);
        _frame.U32(offset);
        _frame.U8((byte)bytes);
        _frame.U64(value);
    }

    /// <inheritdoc/>
    public Translation Access(in Transaction transaction, in Translation emulated)
    {
        RequirePlain(in transaction);
        Add(ModelRequest.Access);
        _frame.U32(transaction.Stream.Value);
        _frame.U8((byte)FlagsOf(in transaction));
        _frame.U32(transaction.Substream.Value);
        _frame.U64(transaction.Address.Value);
        var silently = emulated is { Result: TranslationResult.Faulted, RecordEvent: false };
        return Ask(
            $"stream {transaction.Stream} made an access",
            (ref from) => Outcome(ref from, silently)
        );
    }

    /// <inheritdoc/>
    public void Load(PhysicalAddress start, Span<byte> into)
    {
        Require(start, (ulong)into.Length);
        for (var at = start; into.Length > 0; )
        {
            var here = into[..Math.Min(into.Length, MostCollected)];
            LoadPiece(at, here);
            at += (ulong)here.Length;
            into = into[here.Length..];
        }
    }

    // A frame is read where it stands, and a span of the asker's cannot go along.
    private void LoadPiece(PhysicalAddress start, Span<byte> into)
    {
        var bytes = new byte[into.Length];
        Add(ModelRequest.Load);
        _frame.U64(start.Value);
        _frame.U32((uint)bytes.Length);
        Ask(
            $"memory at {start} was read",
            (ref from) =>
            {
                from.Bytes((uint)bytes.Length, "memory").CopyTo(bytes);
                return 0;
            }
        );
        bytes.CopyTo(into);
    }

    /// <inheritdoc/>
    public void Store(PhysicalAddress start, ReadOnlySpan<byte> from)
    {
        Require(start, (ulong)from.Length);
        for (var at = start; from.Length > 0; )
        {
            var here = from[..Math.Min(from.Length, MostCollected / 2)];
            Add(ModelRequest.Store);
            _frame.U64(at.Value);
            _frame.U32((uint)here.Length);
            _frame.Bytes(here);
            at += (ulong)here.Length;
            from = from[here.Length..];
        }
    }

    /// <inheritdoc/>
    public void Clear(PhysicalAddress start, ulong bytes)
    {
        Require(start, bytes);
        Add(ModelRequest.Clear);
        _frame.U64(start.Value);
        _frame.U64(bytes);
    }

    /// <inheritdoc/>
    public void TellWritten(MemoryPiece told)
    {
        Add(ModelRequest.Written);
        var pieces = Ask(
            "it said what it has written",
            static (ref WireReader from) =>
            {
                var pieces = new List<(PhysicalAddress Start, byte[] Bytes)>();
                for (var left = from.U32("how many pieces"); left > 0; left--)
                {
                    PhysicalAddress start = from.U64("start of a piece");
                    var bytes = from.U32("bytes of a piece");
                    pieces.Add((start, from.Bytes(bytes, "a piece of memory").ToArray()));
                }
                return pieces;
            }
        );
        foreach (var (start, bytes) in pieces)
            told(start, bytes);
    }

    /// <inheritdoc/>
    public bool Has(PhysicalAddress start, ulong bytes)
    {
        foreach (var memory in _process.Memory)
            if (memory.Has(start, bytes))
                return true;
        return false;
    }

    // Without a record nobody outside can tell a fault that is not to be recorded from an abort that is none.
    private static Translation Outcome(ref WireReader from, bool silently)
    {
        var answer = from.U8("what became of the access");
        if (answer > (byte)AccessAnswer.Waits)
            throw from.Wrong(
                $"what became of the access is 0x{answer:x2}, and must be 0 (passed), 1 (aborted), 2 (reads zero) or 3 (waits)",
                1
            );
        PhysicalAddress address = from.U64("where it went");
        EventRecord? record = from.Flag("whether there is a record")
            ? from.Record("the record")
            : null;
        return (AccessAnswer)answer switch
        {
            AccessAnswer.Passed => Translation.FromOutside(
                TranslationResult.Passed,
                address,
                record
            ),
            var other => Translation.FromOutside(
                record is not null || silently || other != AccessAnswer.Aborted
                    ? TranslationResult.Faulted
                    : TranslationResult.Aborted,
                default,
                record,
                response: other switch
                {
                    AccessAnswer.Waits => FaultResponse.Stalled,
                    AccessAnswer.ReadsZero => FaultResponse.ReadZeroWriteIgnored,
                    _ => FaultResponse.Abort,
                }
            ),
        };
    }

    private static TransactionFlags FlagsOf(in Transaction transaction) =>
        (transaction.Write ? TransactionFlags.Write : 0)
        | (transaction.Instruction ? TransactionFlags.Instruction : 0)
        | (transaction.Privileged ? TransactionFlags.Privileged : 0)
        | (transaction.SubstreamValid ? TransactionFlags.Substream : 0)
        | (transaction.NoSnoop ? TransactionFlags.NoSnoop : 0)
        | (transaction.Speculative ? TransactionFlags.Speculative : 0)
        | (transaction.Translated ? TransactionFlags.Translated : 0);

    // What the protocol has no words for.
    private static void RequirePlain(in Transaction transaction)
    {
        if (transaction.Kind != TransactionKind.Ordinary)
            throw new NotOnThisPlatformException(
                $"device that makes an access of kind {transaction.Kind}"
            );
        if (transaction.Attributes != default(Transaction).Attributes)
            throw new NotOnThisPlatformException("device that says attributes of an access");
    }

    private void RequireRegister(uint offset, int bytes)
    {
        if (offset >= _process.RegisterBytes || _process.RegisterBytes - offset < bytes)
            throw new NotOnThisPlatformException($"register page at 0x{offset & ~0xffffu:x}");
    }

    private void Require(PhysicalAddress start, ulong bytes)
    {
        if (!Has(start, bytes))
            throw new NotOnThisPlatformException($"memory at {start}");
    }

    private void Add(ModelRequest request)
    {
        if (_frame.Length > MostCollected)
        {
            _frame.U8((byte)ModelRequest.Settle);
            Ask("it did what came before", static (ref WireReader _) => 0);
        }
        _frame.U8((byte)request);
    }

    private T Ask<T>(string doing, ModelProcess.Reading<T> read)
    {
        try
        {
            return _process.Ask(_frame, doing, read);
        }
        finally
        {
            _frame.Start(FrameKind.Requests);
        }
    }
}
