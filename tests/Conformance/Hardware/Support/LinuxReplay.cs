using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Captures;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// Registers and commands that real kernels wrote, replayed on an SMMU with the same ID registers: an emulator that refuses
/// what works everywhere is wrong.
/// </summary>
public sealed class LinuxReplay
{
    [Theory]
    [MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_command_of_a_real_kernel_is_consumed(string name)
    {
        var (rig, commands) = Replay(CaptureLibrary.Named(name));

        Assert.Equal(commands, rig.Seen.Commands.Select(seen => seen.Command));
        Assert.Empty(rig.Seen.Ignored);
        Assert.Equal(0u, rig.ActiveErrors.Value);
    }

    [Theory]
    [MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void No_register_access_of_a_real_kernel_is_forbidden_but_one(string name)
    {
        var (rig, _) = Replay(CaptureLibrary.Named(name));

        Assert.All(rig.Seen.Misuses, misuse => Assert.True(IsKnown(misuse), $"{misuse}"));
    }

    // Linux sets CR2.PTM whether or not the SMMU has broadcast maintenance, without which it is reserved (§6.3.12).
    private static bool IsKnown(RegisterMisuse misuse) =>
        misuse is { Kind: Misuse.ReservedBit, Offset: Cr2.Offset }
        && new Cr2(misuse.Value) is { PTM: true } written
        && (written with { PTM = false, RECINVSID = false, E2H = false }).Value == 0;

    private static (Rig Rig, List<Command> Commands) Replay(Capture capture)
    {
        var rig = new Rig(ProfileOf(capture));
        List<Command> stored = [];
        foreach (var happening in capture.Phases.SelectMany(phase => phase.Events))
            if (happening is RegisterStore store && !ConsumesEvents(rig, store))
                Store(rig, store);
            else if (happening is CommandStore command)
                stored.Add(Place(rig, command));
        return (rig, stored);
    }

    // No device is replayed, so there is no event that could be consumed.
    private static bool ConsumesEvents(Rig rig, RegisterStore store) =>
        store.Register.Offset == EventqCons.Offset && rig.Read<Cr0>().EVENTQEN;

    private static void Store(Rig rig, RegisterStore store)
    {
        if (store.Bytes == 8)
            rig.Smmu.Write64(store.Register.Offset, store.Value);
        else
            rig.Smmu.Write32(store.Register.Offset, unchecked((uint)store.Value));
    }

    // Endpoints have no translation caches yet: a CMD_SYNC that nobody counts stands in for a CMD_ATC_INV.
    private static Command Place(Rig rig, CommandStore store)
    {
        var command = store.Command.Is<AtcInv>() ? (Command)new Sync() : store.Command;
        var slot = rig.Read<CmdqBase>().ADDR + (ulong)(store.Slot * Command.Size);
        rig.Memory.Write64(slot, command.Word0);
        rig.Memory.Write64(slot + 8, command.Word1);
        return command;
    }

    private static Profile ProfileOf(Capture capture) =>
        new()
        {
            Name = capture.Name,
            IDR0 = new(capture.Register("IDR0")),
            IDR1 = new(capture.Register("IDR1")),
            IDR3 = new(capture.Register("IDR3")),
            IDR5 = new(capture.Register("IDR5")),
            IIDR = new(capture.Register("IIDR")),
            AIDR = new(capture.Register("AIDR")),
        };
}
