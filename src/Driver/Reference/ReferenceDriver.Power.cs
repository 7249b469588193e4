using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// SMMUs that lose their power.
public sealed partial class ReferenceDriver : IPower
{
    /// <inheritdoc/>
    public Outcome Suspend(SmmuHandle smmu) =>
        _smmus[smmu.Value] is { } device
            ? Alone(() => device.Suspend(_faults))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome Resume(SmmuHandle smmu) =>
        _smmus[smmu.Value] is { } device ? Alone(device.Resume) : ErrorClass.NotFound;
}
