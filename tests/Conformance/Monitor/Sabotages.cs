using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>Stores the first word of an STE before the others, which come right behind it.</summary>
internal sealed class WordZeroFirst : Sabotage
{
    private readonly List<(PhysicalAddress Address, ulong Value)> _held = [];

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        var place = PlaceOf(address);
        if (Armed && place is { Kind: PlaceKind.Ste, Word: not 0 })
        {
            _held.Add((address, value));
            return;
        }
        system.Store(address, value);
        if (place is { Kind: PlaceKind.Ste, Word: 0 })
        {
            foreach (var held in _held)
                system.Store(held.Address, held.Value);
            _held.Clear();
        }
    }
}

/// <summary>Puts a harmless command in the place of those with certain opcodes.</summary>
internal sealed class CommandsDropped(Func<byte, bool> drop) : Sabotage
{
    private PhysicalAddress _dropped;

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        var place = PlaceOf(address);
        if (!Armed || place.Kind != PlaceKind.CommandQueue)
        {
            system.Store(address, value);
            return;
        }
        Command harmless = new PrefetchConfig();
        if (place.Word == 0 && drop(unchecked((byte)value)))
        {
            _dropped = place.Base;
            system.Store(address, harmless.Word0);
        }
        else
            system.Store(
                address,
                place.Word == 1 && place.Base == _dropped ? harmless.Word1 : value
            );
    }
}

/// <summary>Writes SMMU_CMDQ_PROD before the entries it publishes.</summary>
internal sealed class ProducerFirst : Sabotage
{
    private readonly List<(PhysicalAddress Address, ulong Value)> _held = [];
    private ISystem? _system;

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        _system = system;
        if (Armed && PlaceOf(address).Kind == PlaceKind.CommandQueue)
            _held.Add((address, value));
        else
            system.Store(address, value);
    }

    public override void Write32(IPlatform platform, uint offset, uint value)
    {
        platform.Write32(offset, value);
        if (offset == CmdqProd.Offset)
            foreach (var held in _held)
                _system!.Store(held.Address, held.Value);
        _held.Clear();
    }
}

/// <summary>Sets a bit in one word of each structure of a kind.</summary>
internal sealed class BitsSet(PlaceKind kind, int word, ulong bits) : Sabotage
{
    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        var hit =
            Armed && PlaceOf(address) is var place && place.Kind == kind && place.Word == word;
        system.Store(address, hit ? value | bits : value);
    }
}

/// <summary>Leaves out every barrier.</summary>
internal sealed class BarriersDropped : Sabotage
{
    public override void Barrier(ISystem system)
    {
        if (!Armed)
            system.Barrier();
    }
}

/// <summary>Leaves out every cache cleaning.</summary>
internal sealed class CleansDropped : Sabotage
{
    public override void Clean(ISystem system, PhysicalAddress address, ulong bytes)
    {
        if (!Armed)
            system.Clean(address, bytes);
    }
}

/// <summary>Moves the first store to a kind of structure by some bytes.</summary>
internal sealed class StoreMoved(PlaceKind kind, ulong bytes) : Sabotage
{
    private bool _done;

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        if (Armed && !_done && PlaceOf(address).Kind == kind)
        {
            _done = true;
            address += bytes;
        }
        system.Store(address, value);
    }
}

/// <summary>Writes a register before each write of SMMU_CMDQ_PROD.</summary>
internal sealed class ExtraWrite(uint register, uint value) : Sabotage
{
    public override void Write32(IPlatform platform, uint offset, uint written)
    {
        if (Armed && offset == CmdqProd.Offset)
            platform.Write32(register, value);
        platform.Write32(offset, written);
    }
}

/// <summary>Writes other enables to devices than the driver does.</summary>
internal sealed class EnablesChanged(Func<DeviceEnables, DeviceEnables> change) : Sabotage
{
    public override void Switch(
        IPlatform platform,
        StreamId stream,
        DeviceEnables enables,
        byte unit
    ) => platform.Switch(stream, Armed ? change(enables) : enables, unit);
}

/// <summary>Tells devices of another smallest translation unit than the driver does.</summary>
internal sealed class UnitChanged(byte other) : Sabotage
{
    public override void Switch(
        IPlatform platform,
        StreamId stream,
        DeviceEnables enables,
        byte unit
    ) => platform.Switch(stream, enables, Armed ? other : unit);
}

/// <summary>Reads or writes a register in a size it does not take, before each write of SMMU_CMDQ_PROD.</summary>
internal sealed class WideWrite(uint register) : Sabotage
{
    public override void Write32(IPlatform platform, uint offset, uint written)
    {
        if (Armed && offset == CmdqProd.Offset)
            platform.Write64(register, platform.Read32(register));
        platform.Write32(offset, written);
    }
}

/// <summary>Changes what is written to a register.</summary>
internal sealed class WriteChanged(uint register, Func<uint, uint> change) : Sabotage
{
    public override void Write32(IPlatform platform, uint offset, uint written) =>
        platform.Write32(offset, Armed && offset == register ? change(written) : written);
}

/// <summary>Writes each command of a kind as another one.</summary>
internal sealed class CommandsChanged<T>(Func<T, Command> change) : Sabotage
    where T : struct, ICommand<T>
{
    private ulong _word0;

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        var place = PlaceOf(address);
        if (!Armed || place.Kind != PlaceKind.CommandQueue)
        {
            system.Store(address, value);
            return;
        }
        // The first word waits for the second.
        if (place.Word == 0)
        {
            _word0 = value;
            return;
        }
        var command = new Command(_word0, value);
        if (command.Is<T>())
            command = change(command.As<T>());
        system.Store(address.Value - 8, command.Word0);
        system.Store(address, command.Word1);
    }
}

/// <summary>Changes a field that caches keep, and drops the commands that would make them forget.</summary>
internal sealed class FieldFlipped(uint register, uint bits, Func<byte, bool> drop) : Sabotage
{
    private readonly CommandsDropped _drops = new(drop) { Armed = true };

    public override void Probing(IPlatform platform) => _drops.Probing(platform);

    public override void Store(ISystem system, PhysicalAddress address, ulong value) =>
        _drops.Store(system, address, value);

    public override void Write32(IPlatform platform, uint offset, uint written)
    {
        // As if an earlier owner had left it so.
        if (offset == register)
            platform.Write32(offset, written ^ bits);
        platform.Write32(offset, written);
    }
}

/// <summary>Stores a word of a stream's entry before each write of SMMU_CMDQ_PROD.</summary>
internal sealed class EntryWord(
    StreamId stream,
    int word,
    Func<ulong, ulong> change,
    Action<IPlatform>? then = null
) : Sabotage
{
    private ISystem? _system;

    public override void Store(ISystem system, PhysicalAddress address, ulong value)
    {
        _system = system;
        system.Store(address, value);
    }

    public override void Write32(IPlatform platform, uint offset, uint written)
    {
        if (Armed && offset == CmdqProd.Offset && _system is not null)
        {
            var at = Structures!.Of(0).EntryOf(stream)!.Value + 8ul * (ulong)word;
            _system.Store(at, change(_system.Load(at)));
            then?.Invoke(platform);
        }
        platform.Write32(offset, written);
    }
}

/// <summary>Writes a register right behind commands that no CMD_SYNC has completed.</summary>
internal sealed class SyncsHeldBack(uint register, uint value) : Sabotage
{
    private readonly CommandsDropped _drops = new(opcode => opcode == Sync.OpcodeOf)
    {
        Armed = true,
    };

    public override void Probing(IPlatform platform) => _drops.Probing(platform);

    public override void Store(ISystem system, PhysicalAddress address, ulong stored)
    {
        if (Armed)
            _drops.Store(system, address, stored);
        else
            system.Store(address, stored);
    }

    public override void Write32(IPlatform platform, uint offset, uint written)
    {
        platform.Write32(offset, written);
        if (Armed && offset == CmdqProd.Offset)
            platform.Write32(register, value);
    }
}
