using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a leaf permits, every control around it applied (Arm ARM D8.4).</summary>
[Flags]
internal enum Permissions : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Privileged data read.</summary>
    PrivilegedRead = 1 << 0,

    /// <summary>Privileged data write.</summary>
    PrivilegedWrite = 1 << 1,

    /// <summary>Privileged instruction read.</summary>
    PrivilegedExecute = 1 << 2,

    /// <summary>Unprivileged data read.</summary>
    UserRead = 1 << 3,

    /// <summary>Unprivileged data write.</summary>
    UserWrite = 1 << 4,

    /// <summary>Unprivileged instruction read.</summary>
    UserExecute = 1 << 5,

    /// <summary>The page is writable-clean: a write that is permitted makes it dirty first (§3.13.3).</summary>
    Clean = 1 << 6,

    /// <summary>Unprivileged access is a Translation fault (CD.E0PD0, CD.E0PD1).</summary>
    UserBarred = 1 << 7,

    /// <summary>Data writes of either privilege.</summary>
    Writes = PrivilegedWrite | UserWrite,

    /// <summary>Data reads of either privilege.</summary>
    Reads = PrivilegedRead | UserRead,

    /// <summary>Instruction reads of either privilege.</summary>
    Executes = PrivilegedExecute | UserExecute,

    /// <summary>Everything, as where no stage translates.</summary>
    All = Reads | Writes | Executes,
}

/// <summary>What the table descriptors above a stage 1 leaf take away, summed over the walk (Arm ARM D8.4).</summary>
[Flags]
internal enum TableLimits : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>PXNTable.</summary>
    NoPrivilegedExecute = 1 << 0,

    /// <summary>UXNTable, or XNTable where there is one privilege level.</summary>
    NoUserExecute = 1 << 1,

    /// <summary>APTable[0].</summary>
    NoUserAccess = 1 << 2,

    /// <summary>APTable[1].</summary>
    NoWrite = 1 << 3,
}
