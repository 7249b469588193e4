using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>
/// The other end of <see cref="ModelProcess"/>: makes a model of this process available over two streams, and shows what a model in
/// another language has to do.
/// </summary>
/// <param name="from">What the suite says.</param>
/// <param name="to">What is said to it.</param>
/// <param name="model">The model.</param>
/// <param name="memory">Where it has memory.</param>
public sealed class ModelServer(
    Stream from,
    Stream to,
    IHardwareModel model,
    ImmutableArray<ModelMemory> memory
)
{
    private readonly WireWriter _reply = new();
    private readonly FrameReader _frames = new(from, "suite");
    private IOtherHardware? _hardware;

    /// <summary>Serves until the suite closes its end.</summary>
    /// <exception cref="WireException">Who is at the other end does not speak the protocol.</exception>
    public void Serve()
    {
        if (!_frames.ReceiveHello(ModelProcess.Model, out _))
            return;
        Greet();
        while (_frames.Receive(out var frame))
        {
            _reply.Start(FrameKind.Replies);
            try
            {
                Serve(ref frame);
            }
            catch (NotOnThisPlatformException e)
            {
                _reply.Start(FrameKind.Replies);
                _reply.U8((byte)ModelAnswer.NotHere);
                _reply.Text(e.What);
            }
            _reply.Send(to);
        }
    }

    private void Greet()
    {
        _reply.Start(FrameKind.Welcome);
        _reply.U32(Protocol.Magic);
        _reply.U16(Protocol.Version);
        _reply.Text(model.Profile.Name);
        _reply.U32((uint)model.Profile.RegisterBytes);
        _reply.U32((uint)memory.Length);
        foreach (var one in memory)
        {
            _reply.U64(one.Start.Value);
            _reply.U64(one.Bytes);
        }
        _reply.Send(to);
    }

    private void Serve(ref WireReader frame)
    {
        switch ((FrameKind)frame.U8("kind of frame"))
        {
            case FrameKind.Begin:
                _hardware = model.Reset(frame.U64("the seed"));
                _reply.U8((byte)ModelAnswer.Done);
                break;
            case FrameKind.Requests when _hardware is { } hardware:
                while (!frame.IsAtEnd)
                    Serve(hardware, (ModelRequest)frame.U8("what is asked"), ref frame);
                break;
            default:
                throw new WireException("the suite says what it must not say here");
        }
    }

    private void Serve(IOtherHardware hardware, ModelRequest request, ref WireReader frame)
    {
        switch (request)
        {
            case ModelRequest.Write:
                hardware.Write(frame.U32("offset"), frame.U8("bytes"), frame.U64("value"));
                return;
            case ModelRequest.Store:
                hardware.Store(
                    frame.U64("address"),
                    frame.Bytes(frame.U32("how many bytes"), "bytes")
                );
                return;
            case ModelRequest.Clear:
                hardware.Clear(frame.U64("address"), frame.U64("how many bytes"));
                return;
        }
        _reply.U8((byte)ModelAnswer.Done);
        switch (request)
        {
            case ModelRequest.Read:
                _reply.U64(hardware.Read(frame.U32("offset"), frame.U8("bytes")));
                break;
            case ModelRequest.Load:
                PhysicalAddress start = frame.U64("address");
                hardware.Load(start, _reply.Room((int)frame.U32("how many bytes")));
                break;
            case ModelRequest.Access:
                Access(hardware, ref frame);
                break;
            case ModelRequest.Written:
                Written(hardware);
                break;
            case ModelRequest.Settle:
                break;
            default:
                throw new WireException($"there is no request 0x{(byte)request:x2}");
        }
    }

    private void Access(IOtherHardware hardware, ref WireReader frame)
    {
        var stream = frame.U32("stream");
        var flags = (TransactionFlags)frame.U8("flags");
        var translation = hardware.Access(
            new Transaction
            {
                Stream = stream,
                Substream = frame.U32("substream"),
                Address = frame.U64("address"),
                Write = flags.HasFlag(TransactionFlags.Write),
                Instruction = flags.HasFlag(TransactionFlags.Instruction),
                Privileged = flags.HasFlag(TransactionFlags.Privileged),
                SubstreamValid = flags.HasFlag(TransactionFlags.Substream),
                NoSnoop = flags.HasFlag(TransactionFlags.NoSnoop),
                Speculative = flags.HasFlag(TransactionFlags.Speculative),
                Translated = flags.HasFlag(TransactionFlags.Translated),
            },
            default
        );
        _reply.U8(
            (byte)(
                translation.Passed
                    ? AccessAnswer.Passed
                    : translation.Response switch
                    {
                        FaultResponse.Stalled => AccessAnswer.Waits,
                        FaultResponse.ReadZeroWriteIgnored => AccessAnswer.ReadsZero,
                        _ => AccessAnswer.Aborted,
                    }
            )
        );
        _reply.U64(translation.Passed ? translation.Address.Value : 0);
        _reply.Flag(translation.RecordEvent);
        if (translation.RecordEvent)
            _reply.Record(translation.Event);
    }

    private void Written(IOtherHardware hardware)
    {
        var pieces = new List<(PhysicalAddress Start, byte[] Bytes)>();
        hardware.TellWritten((start, bytes) => pieces.Add((start, bytes.ToArray())));
        _reply.U32((uint)pieces.Count);
        foreach (var (start, bytes) in pieces)
        {
            _reply.U64(start.Value);
            _reply.U32((uint)bytes.Length);
            _reply.Bytes(bytes);
        }
    }
}
