namespace SmmuConformance.Driver.Contract;

/// <summary>The driver's name for an SMMU it has probed. Any value but reuse of a live one is the driver's choice.</summary>
/// <param name="Value">Meaningful to the driver only.</param>
public readonly record struct SmmuHandle(int Value);

/// <summary>The driver's name for a master (a device with one or more stream IDs behind one SMMU).</summary>
/// <param name="Value">Meaningful to the driver only.</param>
public readonly record struct MasterHandle(int Value);

/// <summary>The driver's name for a domain.</summary>
/// <param name="Value">Meaningful to the driver only.</param>
public readonly record struct DomainHandle(int Value);

/// <summary>The driver's name for a virtual SMMU: what a guest sees of one SMMU.</summary>
/// <param name="Value">Meaningful to the driver only.</param>
public readonly record struct VirtualSmmuHandle(int Value);

/// <summary>The caller's name for the address space of a process.</summary>
/// <param name="Value">Meaningful to the caller only.</param>
public readonly record struct ProcessId(int Value);
