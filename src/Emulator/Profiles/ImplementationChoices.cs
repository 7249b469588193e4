namespace SmmuConformance.Emulator;

/// <summary>
/// What the manual leaves to each implementation and no ID register tells: a driver must be right either way. Without a
/// flag the SMMU goes the other of the two ways.
/// </summary>
[Flags]
public enum ImplementationChoices : byte
{
    /// <summary>The other way in everything.</summary>
    None = 0,

    /// <summary>
    /// Page 1 mirrors page 0, so the four registers of page 1 answer at their page 0 offsets too; otherwise these read as
    /// zero and ignore writes. §6.2
    /// </summary>
    PagesAlias = 1 << 0,

    /// <summary>
    /// Streams of PCIe devices keep their incoming memory type, shareability and hints, whatever MTCFG, SHCFG and
    /// ALLOCCFG say in their STE or in GBPA. §5.2, §6.3.14
    /// </summary>
    PcieKeepsTypes = 1 << 1,
}
