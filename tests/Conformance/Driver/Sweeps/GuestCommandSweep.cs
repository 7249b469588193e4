using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Every opcode that a guest may write with every single bit set: what is issued is the guest's own, or nothing is.</summary>
public sealed class GuestCommandSweep
{
    private const ulong Vmid = 0xfffful << 32;
    private const ulong Stream = 0xffff_fffful << 32;

    [Case("vinv.every-bit", Level.Contract, "contract.guest-untrusted", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Whatever_bit_a_guest_sets_only_its_own_tag_and_streams_are_named(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.Bench.Machine.Run();
        var vmid = scene.Bench.SteOf(GuestScene.Stream).S2VMID;

        for (var opcode = 0ul; opcode < 256; opcode++)
        for (var bit = 7; bit < 128; bit++)
        {
            var number = opcode is 0x05 or 0x06 or 0x40 ? (ulong)GuestScene.Number.Value << 32 : 0;
            // Bit 7 stands for no bit at all.
            var command = new Command(
                opcode | number ^ (bit is > 7 and < 64 ? 1ul << bit : 0),
                bit >= 64 ? 1ul << bit - 64 : 0
            );

            var result = scene.Bench.Invalidate(scene.Guest, command);

            foreach (var issued in scene.Bench.Commands.Where(c => !c.Is<Sync>()))
                Assert.True(
                    result.Outcome.IsDone && IsOfGuest(issued, vmid),
                    $"opcode 0x{opcode:x2} with bit [{bit}] became {issued}; {result}"
                );
        }
        Assert.Empty(scene.Bench.Trace.Since<ErrorEntry>(0));
    }

    public static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    private static bool IsOfGuest(Command command, Vmid vmid) =>
        command.Opcode switch
        {
            >= 0x10 and <= 0x13 => (command.Word0 & Vmid) >> 32 == vmid.Value,
            0x05 or 0x06 or 0x40 => (command.Word0 & Stream) >> 32 == GuestScene.Stream.Value,
            _ => false,
        };
}
