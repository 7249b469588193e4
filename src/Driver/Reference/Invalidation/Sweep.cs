using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Makes every SMMU and device of an array forget something. Takes no lock and allocates nothing.</summary>
internal static class Sweep
{
    // Invalidations of devices count in pages of this size, whatever the granule. 52 means all there is. §4.5.1
    private const int DevicePageShift = 12;
    private const byte EveryDevicePage = 52;

    /// <summary>Makes the array's hardware forget, and waits until it has.</summary>
    /// <returns>The first failure; all others were told whether or not one before them confirmed.</returns>
    public static Outcome Run(InvalidationArray array, Forgotten what)
    {
        var outcome = Once(array.Entries, what);
        // A command that was lost among others: all of them again.
        return outcome.Error == ErrorClass.Malformed ? Once(array.Entries, what) : outcome;
    }

    /// <summary>Makes hardware forget all that some entries name, which are in order and in no array any more, or not yet.</summary>
    public static Outcome Whole(ReadOnlySpan<InvalidationEntry> entries) =>
        Run(InvalidationArray.Empty().Merge(entries), Forgotten.Everything);

    /// <summary>Has every SMMU of the array complete a CMD_SYNC.</summary>
    public static Outcome Settle(InvalidationArray array)
    {
        var outcome = new WorstOutcome();
        SmmuDevice? last = null;
        foreach (ref readonly var entry in array.Entries)
        {
            if (entry.Users == 0 || entry.Smmu == last)
                continue;
            last = entry.Smmu;
            outcome.Add(last.Commands.Execute([]));
        }

        return outcome.Outcome;
    }

    private static Outcome Once(ReadOnlySpan<InvalidationEntry> entries, Forgotten what)
    {
        var outcome = new WorstOutcome();
        Span<Command> room = stackalloc Command[CommandQueue.MostPerBatch];
        while (!entries.IsEmpty)
        {
            var smmu = entries[0].Smmu;
            var count = 1;
            while (count < entries.Length && entries[count].Smmu == smmu)
                count++;
            outcome.Add(On(smmu, entries[..count], what, room));
            entries = entries[count..];
        }

        return outcome.Outcome;
    }

    private static Outcome On(
        SmmuDevice smmu,
        ReadOnlySpan<InvalidationEntry> entries,
        Forgotten what,
        Span<Command> room
    )
    {
        var outcome = new WorstOutcome();
        var batch = new CommandBatch(smmu.Commands, room);
        var whole = what.NeedsWholeTag(smmu.Features.RangeInvalidation);
        var last = InvalidationKind.Stage1;
        foreach (ref readonly var entry in entries)
        {
            if (entry.Users == 0)
                continue;
            // Its TLB has heard it; devices never do. §3.9.1
            if (entry.IsTag && entry.Id == what.BroadcastAs?.Value && smmu.Features.HearsBroadcasts)
                continue;
            if (IsFilledFrom(entry.Kind, last))
                outcome.Add(batch.Complete());
            last = entry.Kind;
            Add(ref batch, in entry, what, whole);
        }

        outcome.Add(batch.Complete());
        return outcome.Outcome;
    }

    // Joined translations of guests come out of stage 2, and a device asks the TLB: either would come back if it were
    // forgotten before what it is made from. §3.9.1, §3.21.1
    private static bool IsFilledFrom(InvalidationKind kind, InvalidationKind last) =>
        kind >= InvalidationKind.Device
            ? last < InvalidationKind.Device
            : kind == InvalidationKind.GuestStage1 && last < kind;

    private static void Add(
        ref CommandBatch batch,
        in InvalidationEntry entry,
        Forgotten what,
        bool whole
    )
    {
        switch (entry.Kind)
        {
            case InvalidationKind.Stage1 when whole:
                batch.Add(new TlbiNhAsid { ASID = new Asid((ushort)entry.Id) });
                break;
            case InvalidationKind.Stage1:
                foreach (var range in what.Ranges)
                    AddStage1(ref batch, entry, range, what.Granule);
                break;
            case InvalidationKind.Stage2 when whole:
                batch.Add(new TlbiS12Vmall { VMID = new Vmid((ushort)entry.Id) });
                break;
            case InvalidationKind.Stage2:
                foreach (var range in what.Ranges)
                    AddStage2(ref batch, entry, range, what.Granule);
                break;
            // The whole tag of stage 2 takes what is on top of it along. §4.4.3.2
            case InvalidationKind.GuestStage1 when !whole && !what.Ranges.IsEmpty:
                batch.Add(new TlbiNhAll { VMID = new Vmid((ushort)entry.Id) });
                break;
            case InvalidationKind.Device when !what.IsEverything:
                foreach (var range in what.Ranges)
                    batch.Add(OnDevice(entry, range.Address.Value, range.Bytes));
                break;
            case InvalidationKind.Device
            or InvalidationKind.WholeDevice when what.IsEverything || !what.Ranges.IsEmpty:
                batch.Add(OnDevice(entry, 0, 0));
                break;
            default:
                break;
        }
    }

    private static void AddStage1(
        ref CommandBatch batch,
        in InvalidationEntry entry,
        ForgottenRange range,
        Granule granule
    )
    {
        foreach (
            var piece in new RangePieces(range, entry.Smmu.Features.RangeInvalidation, granule)
        )
            batch.Add(
                new TlbiNhVa
                {
                    NUM = piece.NUM,
                    SCALE = piece.SCALE,
                    ASID = new Asid((ushort)entry.Id),
                    Leaf = piece.Leaf,
                    TTL = piece.TTL,
                    TG = piece.TG,
                    Address = piece.Address,
                }
            );
    }

    private static void AddStage2(
        ref CommandBatch batch,
        in InvalidationEntry entry,
        ForgottenRange range,
        Granule granule
    )
    {
        foreach (
            var piece in new RangePieces(range, entry.Smmu.Features.RangeInvalidation, granule)
        )
            batch.Add(
                new TlbiS2Ipa
                {
                    NUM = piece.NUM,
                    SCALE = piece.SCALE,
                    VMID = new Vmid((ushort)entry.Id),
                    Leaf = piece.Leaf,
                    TTL = piece.TTL,
                    TG = piece.TG,
                    Address = piece.Address,
                }
            );
    }

    /// <summary>What makes a device forget a range: the smallest aligned power of two of pages that has all of it. §4.5.1</summary>
    /// <param name="entry">The device and the substream.</param>
    /// <param name="address">First address.</param>
    /// <param name="bytes">Size; 0: everything.</param>
    public static AtcInv OnDevice(in InvalidationEntry entry, ulong address, ulong bytes)
    {
        var (size, aligned) = (EveryDevicePage, 0ul);
        if (bytes != 0)
        {
            var first = address >> DevicePageShift;
            var last = (address + bytes - 1) >> DevicePageShift;
            size = (byte)(64 - BitOperations.LeadingZeroCount(first ^ last));
            aligned = first >> size << size << DevicePageShift;
        }

        return new AtcInv
        {
            StreamID = entry.Id,
            SSV = entry.Substream.Value != 0,
            SubstreamID = entry.Substream,
            Size = size,
            Address = aligned,
        };
    }
}
