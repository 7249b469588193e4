using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Whole context descriptors.</summary>
internal static class ContextEntries
{
    /// <summary>Index of Normal Non-cacheable memory in <see cref="MemoryAttributes"/>.</summary>
    public const byte NonCacheable = 0;

    /// <summary>Index of Normal Write-Back memory.</summary>
    public const byte WriteBack = 1;

    /// <summary>Index of Device-nGnRE memory.</summary>
    public const byte Device = 2;

    // 0x44 Non-cacheable, 0xff Write-Back, 0x04 Device-nGnRE, 0xf4 inner Non-cacheable outer Write-Back.
    private const uint MemoryAttributes = 0xf404_ff44;

    // No leaf uses indexes 4 to 7; all ones is what Linux leaves there.
    private const uint UnusedAttributes = 0xffff_ffff;

    /// <summary>No descriptor: an access that needs it aborts with C_BAD_CD.</summary>
    public static Cd Invalid() => default;

    /// <summary>One address space, translated by the lower of the two ranges.</summary>
    /// <param name="format">Shape of its tables.</param>
    /// <param name="root">First table.</param>
    /// <param name="asid">Tag of its translations.</param>
    /// <param name="stalls">The master's transactions may stall.</param>
    public static Cd Stage1(PageTableFormat format, PhysicalAddress root, Asid asid, bool stalls) =>
        new()
        {
            V = true,
            AA64 = true,
            T0SZ = (byte)(64 - format.InputBits),
            TG0 = format.EncodedGranule,
            // The walker looks into the caches, or must not be made to believe that it does.
            IR0 = format.Coherent ? Cacheability.WriteBackAllocate : Cacheability.NonCacheable,
            OR0 = format.Coherent ? Cacheability.WriteBackAllocate : Cacheability.NonCacheable,
            SH0 = format.Coherent ? Shareability.Inner : Shareability.Outer,
            ENDI = format.BigEndian,
            TTB0 = root,
            EPD1 = true,
            IPS = PhysicalSizes.AtLeast(format.OutputBits),
            // Faults are recorded, and what is not translated aborts.
            R = true,
            A = true,
            S = stalls,
            HA = format.TracksDirty,
            HD = format.TracksDirty,
            // The tag is this driver's own; processors do not invalidate by it. §3.17
            ASET = true,
            ASID = asid,
            MAIR0 = MemoryAttributes,
            MAIR1 = UnusedAttributes,
        };

    /// <summary>The address space of a process, translated as its processors do.</summary>
    /// <param name="process">How they do.</param>
    /// <param name="granule">Granule of its tables.</param>
    /// <param name="asid">Tag of its translations.</param>
    /// <param name="stalls">The master's transactions may stall.</param>
    /// <param name="shared">The tag is the one that processors use, and an SMMU that hears them may go by it.</param>
    public static Cd Process(
        in ProcessSpace process,
        Granule granule,
        Asid asid,
        bool stalls,
        bool shared
    ) =>
        new()
        {
            V = true,
            AA64 = true,
            T0SZ = (byte)(64 - process.InputBits),
            TG0 = PageTableFormat.Encoded(granule),
            IR0 = Cacheability.WriteBackAllocate,
            OR0 = Cacheability.WriteBackAllocate,
            SH0 = Shareability.Inner,
            TTB0 = process.Table,
            EPD1 = true,
            IPS = PhysicalSizes.AtLeast(process.OutputBits),
            R = true,
            A = true,
            S = stalls,
            // Otherwise the process' own invalidations are not heard: they come as calls. §3.17
            ASET = !shared,
            ASID = asid,
            MAIR0 = unchecked((uint)process.MemoryAttributes),
            MAIR1 = (uint)(process.MemoryAttributes >> 32),
        };

    /// <summary>
    /// The same address space without its tables: accesses abort, and nobody is told. It stays valid, for an access that
    /// met an invalid one would be an error of configuration.
    /// </summary>
    public static Cd Quiet(Cd context, Features features)
    {
        // Where everything stalls it must be said of every descriptor. §5.4
        var mustStall = features.StallModel == StallModel.StallOnly;
        return context with
        {
            EPD0 = true,
            T0SZ = 0,
            TG0 = default,
            IR0 = default,
            OR0 = default,
            SH0 = default,
            TTB0 = default,
            S = mustStall,
            R = context.R && mustStall,
        };
    }
}
