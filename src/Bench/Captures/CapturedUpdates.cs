using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// Whether an update of an STE or CD is under way. A capture does not say where an operation of the kernel ends, but an
/// entry does: while it is being changed it holds bits that the SMMU does not read yet, or no longer; at rest it holds
/// none.
/// </summary>
public sealed class CapturedUpdates(Profile profile)
{
    private readonly CapturedTables _tables = new();
    private readonly HashSet<StreamId> _streams = [];
    private readonly HashSet<PhysicalAddress> _cds = [];

    /// <summary>True if no entry is half changed.</summary>
    public bool AllAtRest
    {
        get
        {
            _streams.RemoveWhere(stream => IsAtRest(_tables.Ste(stream)));
            _cds.RemoveWhere(cd => IsAtRest(_tables.Cd(cd)));
            return _streams.Count + _cds.Count == 0;
        }
    }

    /// <summary>Follows one event.</summary>
    public void Apply(CaptureEvent happened)
    {
        _tables.Apply(happened);
        if (happened is SteStore ste)
            _streams.Add(ste.Stream);
        if (happened is CdStore cd)
            _cds.Add(cd.Cd);
    }

    // Constants that a kernel leaves in place whatever the entry says.
    private bool IsAtRest(Ste ste) =>
        HasNoIgnoredBit(
            ste with
            {
                S1DSS = S1Dss.Terminate,
                S2PTW = false,
                S2TTB = ste.Stage2 ? ste.S2TTB : default,
                SHCFG = profile.IDR1.ATTR_TYPES_OVR ? ste.SHCFG : ShCfg.NonShareable,
            }
        );

    private static bool IsAtRest(Cd cd) => HasNoIgnoredBit(cd);

    private static bool HasNoIgnoredBit<T>(in T value)
        where T : struct, ILayout<T>
    {
        var used = value.UsedBits();
        for (var word = 0; word < T.Layout.WordCount; word++)
            if ((value.Word(word) & ~used.Word(word)) != 0)
                return false;
        return true;
    }
}
