using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Faults that somebody can resolve.
public sealed partial class ReferenceDriver : IPageFaults
{
    private readonly PageFaults _faults = new();

    /// <inheritdoc/>
    public Outcome EnableFaults(MasterHandle master) =>
        _masters[master.Value] is { } device
            ? Alone(() => _faults.Enable(device))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome DisableFaults(MasterHandle master) =>
        _masters[master.Value] is { } device
            ? Alone(() => _faults.Disable(device))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome Answer(PageFaultGroup group, PageFaultAnswer answer) =>
        _faults.Answer(group, answer);
}
