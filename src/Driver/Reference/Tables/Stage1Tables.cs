using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What protections look like at stage 1. Arm ARM D8.3.1.2</summary>
internal static class Stage1Tables
{
    /// <summary>A leaf descriptor.</summary>
    public static Stage1Leaf Leaf(
        Granule granule,
        PhysicalAddress output,
        int level,
        Protection protection,
        bool tracksDirty
    )
    {
        var device = protection.HasFlag(Protection.Device);
        var cached = !device && protection.HasFlag(Protection.Cache);
        return Stage1Leaf.To(output, granule, level) with
        {
            AttrIndx =
                device ? ContextEntries.Device
                : cached ? ContextEntries.WriteBack
                : ContextEntries.NonCacheable,
            SH = cached ? Shareability.Inner : Shareability.Outer,
            AP = Permissions(protection),
            PXN = protection.HasFlag(Protection.NoExecute),
            // Otherwise what may not be read without privilege could still be fetched. Arm ARM D8.4.1
            UXN =
                protection.HasFlag(Protection.NoExecute)
                || protection.HasFlag(Protection.Privileged),
            // No fault on first use, and nobody else's tag.
            AF = true,
            nG = true,
            // Written until it is cleaned: only then does hardware note it.
            DBM = tracksDirty && protection.HasFlag(Protection.Write),
        };
    }

    /// <summary>A leaf that hardware may make writable is writable. Arm ARM D8.5.2</summary>
    public static bool IsDirty(Stage1Leaf leaf) =>
        leaf.DBM && leaf.AP is Stage1Ap.ReadWrite or Stage1Ap.PrivilegedReadWrite;

    /// <summary>The same leaf, not yet written; or written.</summary>
    public static Stage1Leaf With(Stage1Leaf leaf, bool dirty) =>
        leaf with
        {
            AP = (
                leaf.AP is Stage1Ap.PrivilegedReadOnly or Stage1Ap.PrivilegedReadWrite,
                dirty
            ) switch
            {
                (true, true) => Stage1Ap.PrivilegedReadWrite,
                (true, false) => Stage1Ap.PrivilegedReadOnly,
                (false, true) => Stage1Ap.ReadWrite,
                (false, false) => Stage1Ap.ReadOnly,
            },
        };

    // What may be written may be read: stage 1 has no other way.
    private static Stage1Ap Permissions(Protection protection) =>
        (protection.HasFlag(Protection.Privileged), protection.HasFlag(Protection.Write)) switch
        {
            (true, true) => Stage1Ap.PrivilegedReadWrite,
            (true, false) => Stage1Ap.PrivilegedReadOnly,
            (false, true) => Stage1Ap.ReadWrite,
            (false, false) => Stage1Ap.ReadOnly,
        };
}
