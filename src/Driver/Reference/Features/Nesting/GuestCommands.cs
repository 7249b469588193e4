using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Invalidations of a guest. A bit that is illegal would stop the queue that all guests share, and a wrong VMID or
/// StreamID would be somebody else's: so the one is refused, and the other replaced. §4.1
/// </summary>
internal static class GuestCommands
{
    // Everything, in pages of 4 KB. §4.5.1
    private const int MostDevicePageBits = 52;

    /// <summary>Carries out commands, in order, as far as they are a guest's to give.</summary>
    public static GuestInvalidation Execute(VirtualSmmu guest, ReadOnlySpan<Command> commands)
    {
        Span<Command> room = stackalloc Command[CommandQueue.MostPerBatch];
        var queue = guest.Smmu.Commands;
        var handled = 0;
        while (handled < commands.Length)
        {
            var most = int.Min(commands.Length - handled, queue.BatchSize);
            var (count, good) = (0, 0);
            while (good < most && TryConvert(guest, commands[handled + good], out var converted))
            {
                good++;
                if (converted is { } command)
                    room[count++] = command;
            }

            var outcome = count > 0 ? queue.Execute(room[..count]) : Outcome.Done;
            if (!outcome.IsDone)
                return new GuestInvalidation(handled, outcome);
            handled += good;
            if (good < most)
                return new GuestInvalidation(handled, ErrorClass.Malformed);
        }

        return new GuestInvalidation(handled, Outcome.Done);
    }

    // Null: there is nothing to be done for it.
    private static bool TryConvert(VirtualSmmu guest, Command command, out Command? converted)
    {
        var features = guest.Smmu.Features;
        var vmid = guest.Vmid;
        converted = null;
        switch ((CommandOpcode)command.Opcode)
        {
            case CommandOpcode.TlbiNsnhAll when IsClean<TlbiNsnhAll>(command):
            case CommandOpcode.TlbiNhAll when IsClean<TlbiNhAll>(command):
                converted = Command.From(new TlbiNhAll { VMID = vmid });
                return true;

            case CommandOpcode.TlbiNhAsid when IsClean<TlbiNhAsid>(command):
                var byAsid = command.As<TlbiNhAsid>();
                converted = Command.From(byAsid with { VMID = vmid });
                return Fits(byAsid.ASID, features);

            case CommandOpcode.TlbiNhVa when IsClean<TlbiNhVa>(command):
                var byVa = command.As<TlbiNhVa>();
                converted = Command.From(byVa with { VMID = vmid });
                return Fits(byVa.ASID, features) && HasRange(command, features);

            case CommandOpcode.TlbiNhVaa when IsClean<TlbiNhVaa>(command):
                converted = Command.From(command.As<TlbiNhVaa>() with { VMID = vmid });
                return HasRange(command, features);

            case CommandOpcode.CfgiCd when IsClean<CfgiCd>(command):
                var cd = command.As<CfgiCd>();
                if (cd.SSec || !Fits(cd.SubstreamID, features))
                    return false;
                if (!guest.TryFind(cd.StreamID, out var owner))
                    return false;
                converted = Command.From(cd with { StreamID = owner.Streams[0] });
                return true;

            case CommandOpcode.CfgiCdAll when IsClean<CfgiCdAll>(command):
                var all = command.As<CfgiCdAll>();
                if (all.SSec || !guest.TryFind(all.StreamID, out var holder))
                    return false;
                converted = Command.From(all with { StreamID = holder.Streams[0] });
                return true;

            case CommandOpcode.AtcInv when IsClean<AtcInv>(command):
                return TryConvert(guest, command.As<AtcInv>(), out converted);

            default:
                return false;
        }
    }

    private static bool TryConvert(VirtualSmmu guest, AtcInv asked, out Command? converted)
    {
        converted = null;
        var features = guest.Smmu.Features;
        if (!features.Ats || asked.Size > MostDevicePageBits)
            return false;
        if ((asked.SSV || asked.Global) && features.SubstreamBits == 0)
            return false;
        if (!Fits(asked.SubstreamID, features) || !guest.TryFind(asked.StreamID, out var master))
            return false;
        // One that is off has nothing to forget, and might not answer.
        if (master.Switches.Ats)
            converted = Command.From(asked with { StreamID = master.Streams[0] });
        return true;
    }

    // No bit that the manual does not define.
    private static bool IsClean<T>(Command command)
        where T : struct, ICommand<T> =>
        (command.Word0 & T.Layout.Reserved(0) & ~0xfful) == 0
        && (command.Word1 & T.Layout.Reserved(1)) == 0;

    private static bool Fits(Asid asid, Features features) => asid.Value >> features.AsidBits == 0;

    private static bool Fits(SubstreamId substream, Features features) =>
        (ulong)substream.Value >> features.SubstreamBits == 0;

    // The fields of a range stand alike in all commands that have them. §4.4.1.1
    private static bool HasRange(Command command, Features features)
    {
        var range = command.As<TlbiNhVa>();
        if (range.TTL128)
            return false;
        var (num, scale, ttl) = (range.NUM, range.SCALE, range.TTL);
        if (!features.RangeInvalidation || range.TG == TlbiTg.Any)
            return range.TG == TlbiTg.Any && (num | scale | ttl) == 0;
        // A sixth bit of SCALE, and level 1 of 16 KB, are for tables of 52 bits.
        if (scale > 0b1_1111 || (range.TG == TlbiTg.Size16K && ttl == 1))
            return false;
        return (num | scale | ttl) != 0;
    }
}
