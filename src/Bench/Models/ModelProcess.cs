using System.Collections.Immutable;
using System.Diagnostics;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>A model in a process of its own, which speaks docs/model-protocol.md.</summary>
public sealed class ModelProcess : WireProcess, IHardwareModel
{
    private const int MostMemories = 1024;

    internal static readonly WireRole Model = new(
        "model",
        ChosenModels.Variable,
        ChosenModels.PatienceVariable,
        "docs/model-protocol.md"
    );

    private readonly WireWriter _frame = new();

    private ModelProcess(string name, Process process, TimeSpan patience)
        : base(Model, name, process, patience) { }

    /// <inheritdoc/>
    public Profile Profile { get; private set; } = null!;

    /// <inheritdoc/>
    public bool HasEnded => !IsAlive;

    /// <summary>Bytes of register space, from page 0.</summary>
    internal uint RegisterBytes { get; private set; }

    /// <summary>Where it has memory.</summary>
    internal ImmutableArray<ModelMemory> Memory { get; private set; } = [];

    /// <summary>Starts it, exchanges greetings, and reads what it is like.</summary>
    /// <param name="name">How messages name it.</param>
    /// <param name="start">The program, its arguments and its environment.</param>
    /// <param name="patience">How long one answer may take by the clock on the wall.</param>
    /// <exception cref="ModelFaultException">It cannot be started, or does not speak the protocol.</exception>
    public static ModelProcess Start(string name, ProcessStartInfo start, TimeSpan patience)
    {
        var process = Launch(
            Model,
            name,
            start,
            (message, inner) => new ModelFaultException(message, inner)
        );
        var model = new ModelProcess(name, process, patience);
        try
        {
            var called = model.Greet();
            model.Profile = ModelProfile.Read(
                model.Reset(1),
                new() { Name = called, Reason = "A model in another process answers." }
            );
            return model;
        }
        catch (NotOnThisPlatformException e)
        {
            model.Dispose();
            throw new ModelFaultException(
                $"model {name}: it must have registers up to its ID registers, and a first machine, but {e.Message}",
                e
            );
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IOtherHardware Reset(ulong seed)
    {
        _frame.Start(FrameKind.Begin);
        _frame.U64(seed);
        Ask(_frame, "it began a machine", static (ref WireReader _) => 0);
        return new RemoteHardware(this);
    }

    /// <summary>Reads one answer out of the frame that answers.</summary>
    internal delegate T Reading<T>(ref WireReader from);

    /// <summary>Sends a frame and takes the one that answers apart.</summary>
    /// <param name="frame">What is asked.</param>
    /// <param name="doing">What it is asked; for messages.</param>
    /// <param name="read">Reads the answer.</param>
    /// <exception cref="ModelFaultException">It has ended, hangs, or does not keep to the protocol.</exception>
    /// <exception cref="NotOnThisPlatformException">It says that it does not have that.</exception>
    internal T Ask<T>(WireWriter frame, string doing, Reading<T> read)
    {
        StartClock(doing);
        Send(frame);
        var from = Receive();
        StopClock();
        try
        {
            if (from.U8("kind of frame") is var kind && kind != (byte)FrameKind.Replies)
                throw from.Wrong($"the frame has kind 0x{kind:x2}, and must be 0x13 (Replies)", 1);
            switch ((ModelAnswer)from.U8("what became of it"))
            {
                case ModelAnswer.Done:
                    var answer = read(ref from);
                    from.MustBeAtEnd();
                    return answer;
                case ModelAnswer.NotHere:
                    throw new NotOnThisPlatformException(from.Text("what it does not have"));
                case var other:
                    throw from.Wrong(
                        $"what became of it is 0x{(byte)other:x2}, and must be 0 (done) or 1 (not here)",
                        1
                    );
            }
        }
        catch (WireException error)
        {
            throw Refuse(error);
        }
    }

    /// <inheritdoc/>
    protected override Exception Fault(string message, Exception? inner = null) =>
        new ModelFaultException(message, inner);

    private string Greet()
    {
        _frame.Start(FrameKind.Hello);
        _frame.U32(Protocol.Magic);
        _frame.U16(Protocol.Version);
        StartClock("starting");
        Send(_frame);
        var welcome = Receive();
        StopClock();
        try
        {
            MustBeWelcome(ref welcome);
            var name = welcome.Text("the name");
            if (!ModelPlatform.IsName(name))
                throw welcome.Wrong(
                    $"the model's name is `{name}`, and must be 1 to {ModelPlatform.LongestName} letters, digits, dots and dashes",
                    name.Length
                );
            RegisterBytes = welcome.U32("bytes of register space");
            var count = welcome.U32("how many memories");
            if (count > MostMemories)
                throw welcome.Wrong(
                    $"there are {count} memories, and may be {MostMemories}",
                    sizeof(uint)
                );
            var memory = new ModelMemory[count];
            for (var i = 0; i < memory.Length; i++)
                memory[i] = new(welcome.U64("start of memory"), welcome.U64("bytes of memory"));
            Memory = [.. memory];
            welcome.MustBeAtEnd();
            return name;
        }
        catch (WireException error)
        {
            throw Refuse(error);
        }
    }
}
