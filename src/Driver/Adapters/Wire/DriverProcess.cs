using System.Diagnostics;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>A driver in a process of its own.</summary>
public sealed class DriverProcess : WireProcess
{
    internal static readonly WireRole Driver = new(
        "driver",
        "SMMU_DUT",
        "SMMU_DUT_SECONDS",
        "docs/process-protocol.md"
    );

    private DriverProcess(string name, Process process, MemoryWindow window, TimeSpan patience)
        : base(Driver, name, process, patience) => Window = window;

    /// <summary>Memory as it sees it.</summary>
    public MemoryWindow Window { get; }

    /// <summary>What it says of itself.</summary>
    public DriverDescription Description { get; private set; } = null!;

    /// <summary>The capabilities whose operations it has.</summary>
    public Capabilities Offered { get; private set; }

    /// <summary>Starts it and exchanges greetings.</summary>
    /// <param name="name">How messages name it.</param>
    /// <param name="start">The program, its arguments and its environment.</param>
    /// <param name="window">Where it finds memory.</param>
    /// <param name="patience">How long one answer may take by the clock on the wall.</param>
    /// <exception cref="DriverFaultException">It cannot be started, or does not speak the protocol.</exception>
    public static DriverProcess Start(
        string name,
        ProcessStartInfo start,
        MemoryWindow window,
        TimeSpan patience
    )
    {
        Process process;
        try
        {
            process = Launch(
                Driver,
                name,
                start,
                (message, e) => new DriverFaultException(message, e)
            );
        }
        catch
        {
            window.Dispose();
            throw;
        }
        var driver = new DriverProcess(name, process, window, patience);
        try
        {
            driver.Greet();
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected internal override void Unlink() => Window.Unlink();

    /// <inheritdoc/>
    protected override void Release() => Window.Dispose();

    /// <inheritdoc/>
    protected override Exception Fault(string message, Exception? inner = null) =>
        new DriverFaultException(message, inner);

    private void Greet()
    {
        var hello = new WireWriter().Start(FrameKind.Hello);
        hello.U32(Protocol.Magic);
        hello.U16(Protocol.Version);
        hello.U64(Window.Start.Value);
        hello.U64(Window.Bytes);
        hello.Text(Window.Path);
        StartClock("starting");
        Send(hello);
        var welcome = Receive();
        StopClock();
        try
        {
            MustBeWelcome(ref welcome);
            (Description, Offered) = welcome.Description();
            if (Description.Name.Length == 0)
                throw welcome.Wrong("the driver's name is empty, and must name it", 0);
            welcome.MustBeAtEnd();
        }
        catch (WireException error)
        {
            throw Refuse(error);
        }
        // Both sides have it open: whatever ends the run, nothing stays behind.
        Window.Unlink();
    }
}
