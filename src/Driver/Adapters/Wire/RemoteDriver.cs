using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>A driver in another process, for one machine. Each call is one frame there and as many back as the driver asks things.</summary>
public sealed partial class RemoteDriver : ISmmuDriver, IDisposable
{
    private readonly DriverProcess _process;
    private readonly Action<DriverProcess> _giveBack;
    private readonly ActPlayer _player;
    private readonly WireWriter _call = new();
    private bool _begun;
    private string _operation = "";
    private bool _busy;

    /// <summary>A driver for a new machine.</summary>
    /// <param name="process">Where it is.</param>
    /// <param name="giveBack">What becomes of the process afterwards.</param>
    public RemoteDriver(DriverProcess process, Action<DriverProcess> giveBack)
    {
        (_process, _giveBack) = (process, giveBack);
        _player = new ActPlayer(process);
    }

    /// <inheritdoc/>
    public DriverDescription Describe() => _process.Description;

    /// <inheritdoc/>
    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        var node = _player.NodeOf(platform);
        var call = Start(Operation.Probe);
        call.U32(node);
        call.Write(platform.Firmware);
        return Handle(value => new SmmuHandle(value));
    }

    /// <inheritdoc/>
    public Outcome Remove(SmmuHandle smmu) => Call(Operation.Remove, smmu.Value);

    /// <inheritdoc/>
    public Outcome Shutdown(SmmuHandle smmu) => Call(Operation.Shutdown, smmu.Value);

    /// <inheritdoc/>
    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source)
    {
        var call = Start(Operation.HandleInterrupt);
        call.I32(smmu.Value);
        call.U8((byte)source);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description)
    {
        var call = Start(Operation.AddMaster);
        call.I32(smmu.Value);
        call.Write(description);
        return Handle(value => new MasterHandle(value));
    }

    /// <inheritdoc/>
    public Outcome RemoveMaster(MasterHandle master) => Call(Operation.RemoveMaster, master.Value);

    /// <inheritdoc/>
    public Outcome<DomainHandle> CreateDomain(DomainRequest request)
    {
        var call = Start(Operation.CreateDomain);
        call.Write(request);
        return Handle(value => new DomainHandle(value));
    }

    /// <inheritdoc/>
    public Outcome FreeDomain(DomainHandle domain) => Call(Operation.FreeDomain, domain.Value);

    /// <inheritdoc/>
    public Outcome<DomainGeometry> Geometry(DomainHandle domain)
    {
        Start(Operation.Geometry).I32(domain.Value);
        return Result(
            static (ref WireReader from) =>
                new DomainGeometry(
                    from.U64("page sizes"),
                    from.U8("input bits"),
                    from.U8("output bits")
                )
        );
    }

    /// <inheritdoc/>
    public Outcome Attach(MasterHandle master, DomainHandle domain) =>
        Call(Operation.Attach, master.Value, domain.Value);

    /// <inheritdoc/>
    public Outcome Detach(MasterHandle master) => Call(Operation.Detach, master.Value);

    /// <inheritdoc/>
    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    )
    {
        var call = Start(Operation.Map);
        call.I32(domain.Value);
        call.U64(address.Value);
        call.U64(physical.Value);
        call.U64(bytes);
        call.U8((byte)protection);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes)
    {
        var call = Start(Operation.Unmap);
        call.I32(domain.Value);
        call.U64(address.Value);
        call.U64(bytes);
        return Result(static (ref WireReader from) => from.U64("bytes unmapped"));
    }

    /// <inheritdoc/>
    public Outcome Flush(DomainHandle domain) => Call(Operation.Flush, domain.Value);

    /// <inheritdoc/>
    public T? Facet<T>()
        where T : class => Facets.Of<T>(this, _process.Offered);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Whatever happens here happens after the case's verdict.
        try
        {
            if (_busy)
                _process.End("its case ended in the middle of an operation");
            else if (_begun && !_process.IsOver)
                Tell(FrameKind.End);
        }
        catch (Exception e) when (e is DriverFaultException or WireException)
        {
            _process.End("it does not let go of a machine");
        }
        _giveBack(_process);
    }

    private delegate T Reading<T>(ref WireReader from);

    private WireWriter Start(Operation operation)
    {
        if (_process.Broken is { } fault)
            throw new DriverFaultException(
                $"driver {_process.Name} cannot be asked to {operation} any more, since {fault}"
            );
        if (_busy)
            throw new DriverFaultException(
                $"driver {_process.Name} is called while it is still {_process.Doing}; in another process it takes one call at a time"
            );
        if (!_begun)
        {
            Tell(FrameKind.Begin);
            _begun = true;
        }
        _operation = operation.ToString();
        _call.Start(FrameKind.Call);
        _call.U8((byte)operation);
        return _call;
    }

    private Outcome Call(Operation operation, int first)
    {
        Start(operation).I32(first);
        return Finish();
    }

    private Outcome Call(Operation operation, int first, int second)
    {
        var call = Start(operation);
        call.I32(first);
        call.I32(second);
        return Finish();
    }

    private Outcome Finish() => Result(static (ref WireReader _) => 0).WithoutResult;

    private Outcome<T> Handle<T>(Func<int, T> make)
    {
        var handle = Result(static (ref WireReader from) => from.I32("a handle"));
        return handle.IsDone ? make(handle.Value) : handle.Error;
    }

    private Outcome<T> Result<T>(Reading<T> read) =>
        Exchange(
            (error, ref from) => error == ErrorClass.None ? new Outcome<T>(read(ref from)) : error
        );

    private delegate T ReadingAll<T>(ErrorClass error, ref WireReader from);

    private T Exchange<T>(ReadingAll<T> read)
    {
        _busy = true;
        _process.StartClock($"{_operation} went on");
        _player.Show();
        try
        {
            _process.Send(_call);
            var from = _player.UntilReturn();
            var error = ErrorNumbers.Of(from.I32("the error"), _process.Name, _operation);
            var result = read(error, ref from);
            from.MustBeAtEnd();
            _process.StopClock();
            _busy = false;
            return result;
        }
        catch (WireException error)
        {
            throw Ended(_process.Refuse(error));
        }
        catch (DriverFaultException fault)
        {
            throw Ended(fault);
        }

        Exception Ended(Exception fault)
        {
            _process.End(fault);
            return fault;
        }
    }

    private void Tell(FrameKind kind)
    {
        _operation = kind.ToString();
        if (kind == FrameKind.Begin)
            _process.Window.Clear();
        _call.Start(kind);
        var outcome = Finish();
        if (!outcome.IsDone)
            throw new DriverFaultException(
                $"driver {_process.Name}: `{kind}` answered {outcome}. A driver cannot refuse a machine before it has seen it; Probe can."
            );
    }
}
