using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>ATS is on at a device only while its entry allows it, and its cache holds nothing that memory no longer says.</summary>
public sealed class DeviceCaches : MonitorRule
{
    private readonly HashSet<(int Smmu, StreamId Stream)> _onDuring = [];
    private readonly Dictionary<(int Smmu, StreamId Stream), Command> _told = [];

    /// <inheritdoc/>
    public override string Id => "monitor.device-caches";

    /// <inheritdoc/>
    public override string Clause => "§3.9.1, §4.5.1, §5.2";

    /// <inheritdoc/>
    public override string Sentence =>
        "ATS is on at a device only while STE.EATS allows it, in units of the smallest granule, PASIDs are switched only while it is off, and before SMMUEN goes; an ATC that is off is not told of changes; and when an operation has returned no ATC holds what memory no longer says.";

    /// <inheritdoc/>
    public override void OperationStarted()
    {
        _told.Clear();
        _onDuring.Clear();
        foreach (var (smmu, stream, cache) in Devices.Caches)
            if (cache.IsEnabled)
                _onDuring.Add((smmu, stream));
    }

    /// <inheritdoc/>
    public override void Switched(DeviceSwitch change)
    {
        var (was, isOn) = (
            change.Before.HasFlag(DeviceEnables.Ats),
            change.After.HasFlag(DeviceEnables.Ats)
        );
        if (isOn)
            _onDuring.Add((change.Smmu, change.Stream));
        if ((was || isOn) && ((change.Before ^ change.After) & DeviceEnables.Pasid) != 0)
            Violate($"PASIDs of {change.Stream} are switched while ATS is on");
        if (isOn && change.Unit != SmallestGranule(change.Smmu))
            Violate(
                $"ATS is on at {change.Stream} with a smallest translation unit of 2^{change.Unit} bytes; SMMU_IDR5 says 2^{SmallestGranule(change.Smmu)}"
            );
        if (isOn && !was && !Allows(change.Smmu, change.Stream))
            Violate(
                $"ATS is switched on at {change.Stream} while its entry does not allow it: a request of it would be refused\n"
                    + Decoded(change.Smmu, change.Stream)
            );
    }

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (store.Place.Kind != PlaceKind.Ste)
            return;
        var (smmu, stream) = (store.Place.Smmu, store.Place.Stream);
        // An entry that is invalid for a moment refuses everything, and says nothing of ATS.
        if (
            Entry(smmu, stream).V
            && Devices.EnablesOf(smmu, stream).HasFlag(DeviceEnables.Ats)
            && !Allows(smmu, stream)
        )
            Violate(
                $"the entry of {stream} does not allow ATS any more while ATS is on at the device; needed before: ATS off\n"
                    + Decoded(smmu, stream)
            );
    }

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        var state = Monitor.Machine.Smmus[smmu].Inside.State;
        if (offset != Cr0.Offset || new Cr0(value).SMMUEN || !state.Enabled)
            return;
        foreach (var (behind, stream, cache) in Devices.Caches)
            if (behind == smmu && cache.IsEnabled)
                Violate($"SMMU_CR0.SMMUEN is cleared while ATS is on at {stream}");
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error == CommandError.None && command.Is<AtcInv>())
            _told[(smmu, command.As<AtcInv>().StreamID)] = command;
    }

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        foreach (var (device, command) in _told)
            if (!_onDuring.Contains(device))
                Violate(
                    $"{command} was sent to a device whose ATS has been off all the time: it may not answer"
                );
        foreach (var (smmu, stream, cache) in Devices.Caches)
            if (cache.IsEnabled && !Monitor.TranslationsMayLinger)
                foreach (var (request, completion) in cache.Translations)
                    Compare(smmu, stream, request, completion);
    }

    private void Compare(int smmu, StreamId stream, AtsRequest request, AtsCompletion held)
    {
        var offset = request.Address.Value & ((1ul << held.Size) - 1);
        var truth = Monitor
            .Machine.Smmus[smmu]
            .Truth(
                new Transaction
                {
                    Stream = stream,
                    Address = request.Address,
                    SubstreamValid = request.SubstreamValid,
                    Substream = request.Substream,
                    Write = held.Write && !held.Read,
                }
            );
        var granted = held.Address + offset;
        if (truth.Passed && truth.Address.Value == granted)
            return;
        var pasid = request.SubstreamValid ? $" PASID {request.Substream}" : "";
        Violate(
            $"the ATC of {stream}{pasid} still holds {request.Address} -> 0x{granted:x}; memory says "
                + (truth.Passed ? $"{truth.Address}" : $"{truth.Result}")
                + "; needed: CMD_ATC_INV that covers it, CMD_SYNC, after the TLB has forgotten it"
        );
    }

    private int SmallestGranule(int smmu) =>
        Monitor.Machine.Smmus[smmu].Profile.IDR5 switch
        {
            { GRAN4K: true } => 12,
            { GRAN16K: true } => 14,
            _ => 16,
        };

    private DeviceBus Devices =>
        Monitor.Devices ?? throw new InvalidOperationException("the monitor has no devices");

    private bool Allows(int smmu, StreamId stream) =>
        Entry(smmu, stream) is { V: true, EATS: not Eats.Disabled } entry
        && entry.Config is not (SteConfig.Abort or SteConfig.Bypass);

    private Ste Entry(int smmu, StreamId stream) =>
        Monitor.Structures.Of(smmu).SteOf(stream) ?? default;

    private string Decoded(int smmu, StreamId stream) => Entry(smmu, stream).ToString();
}
