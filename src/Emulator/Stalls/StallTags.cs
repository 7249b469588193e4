namespace SmmuConformance.Emulator;

/// <summary>
/// The stall tags of one SMMU. One that is outstanding is not used again (§3.12.2); a free one comes back as late as
/// possible, so that an acknowledge that comes twice meets nothing.
/// </summary>
/// <param name="first">Where tags begin; software may not make anything of their values.</param>
/// <param name="most">How many may be outstanding: IDR5.STALL_MAX (§6.3.6).</param>
internal sealed class StallTags(ushort first, int most)
{
    private readonly HashSet<ushort> _outstanding = [];
    private ushort _next = first;

    /// <summary>Another record may be written.</summary>
    public bool AnyFree => _outstanding.Count < most;

    /// <summary>A tag that is not outstanding; from now on it is.</summary>
    public ushort Take()
    {
        while (!_outstanding.Add(_next))
            _next = unchecked((ushort)(_next + 1));
        return unchecked(_next++);
    }

    /// <summary>Software acknowledged it.</summary>
    public void Return(ushort tag) => _outstanding.Remove(tag);
}
