using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Samples.Broken;

/// <summary>The machine, as a driver with a bug uses it: what the bug leaves out or mixes up does not reach it.</summary>
/// <param name="system">The machine.</param>
/// <param name="kind">The bug.</param>
internal sealed class BrokenSystem(ISystem system, Break kind) : ISystem
{
    // Word 0 of a command that is being put into a queue, by the address of its slot; its opcode decides whether it is given.
    private const ulong OpcodeMask = 0xff;

    private (PhysicalAddress Address, ulong Value)? _held;

    // Where the second word of a command that is left out will be stored.
    private PhysicalAddress? _rest;

    public ulong Microseconds => system.Microseconds;

    public PhysicalAddress? Allocate(ulong bytes, ulong alignment) =>
        system.Allocate(bytes, alignment);

    public void Free(PhysicalAddress address) => system.Free(address);

    public ulong Load(PhysicalAddress address)
    {
        LetGo();
        return system.Load(address);
    }

    public void Store(PhysicalAddress address, ulong value)
    {
        LetGo();
        if (kind == Break.StoresLate)
        {
            _held = (address, value);
            return;
        }
        if (IsLeftOut(address, value))
        {
            // A CMD_SYNC stands in its place, so that the queue goes on.
            (value, _rest) = ((ulong)CommandOpcode.Sync, address + 8);
        }
        else if (_rest == address)
            (value, _rest) = (0, null);
        system.Store(address, value);
    }

    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value)
    {
        LetGo();
        return system.CompareExchange(address, expected, value);
    }

    public void Barrier()
    {
        if (kind != Break.NoBarrier)
            system.Barrier();
        LetGo();
    }

    public void Clean(PhysicalAddress address, ulong bytes)
    {
        LetGo();
        if (kind != Break.NoClean)
            system.Clean(address, bytes);
    }

    public void Relax() => system.Relax();

    public void Report(in FaultReport report) => system.Report(in report);

    public void Forward(VirtualSmmuHandle guest, in EventRecord record) =>
        system.Forward(guest, in record);

    public void Ask(in PageFault fault) => system.Ask(in fault);

    public void Log(LogLevel level, string message) => system.Log(level, message);

    /// <summary>What is held back is stored after all.</summary>
    public void LetGo()
    {
        if (_held is { } held)
            system.Store(held.Address, held.Value);
        _held = null;
    }

    // A command in the queue: its first word stands at a multiple of 16. Others that look so are rare enough for a sample.
    private bool IsLeftOut(PhysicalAddress address, ulong word) =>
        address.Value % Command.Size == 0
        && (word & OpcodeMask) switch
        {
            (ulong)CommandOpcode.CfgiSte => kind == Break.NoCfgi && word >> 32 != 0,
            (ulong)CommandOpcode.TlbiNhVa or (ulong)CommandOpcode.TlbiNhAsid => kind == Break.NoTlbi
                && word >> 32 != 0,
            _ => false,
        };
}
