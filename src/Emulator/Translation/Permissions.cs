using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a leaf permits, every control of the CD and of the tables above it applied (Arm ARM D8.4).</summary>
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

    /// <summary>Hardware would make the page writable at the first write (DBM, with CD.HD).</summary>
    WritableClean = 1 << 6,

    /// <summary>Unprivileged access is a Translation fault (CD.E0PD0, CD.E0PD1).</summary>
    UserBarred = 1 << 7,
}

/// <summary>What the table descriptors above a leaf take away, summed over the walk (Arm ARM D8.4).</summary>
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

/// <summary>From descriptors to permissions, and from permissions to a verdict.</summary>
internal static class PermissionRules
{
    /// <summary>What one table descriptor takes away from all below it.</summary>
    public static TableLimits LimitsOf(in Stage1Table table) =>
        (table.PXNTable ? TableLimits.NoPrivilegedExecute : 0)
        | (table.UXNTable ? TableLimits.NoUserExecute : 0)
        | ((table.APTable & 0b01) != 0 ? TableLimits.NoUserAccess : 0)
        | ((table.APTable & 0b10) != 0 ? TableLimits.NoWrite : 0);

    /// <summary>What a leaf permits under a CD.</summary>
    public static Permissions Of(
        in Stage1Leaf leaf,
        TableLimits limits,
        in Stage1Context context,
        in Stage1Half half
    )
    {
        var readOnly = ((byte)leaf.AP & 0b10) != 0 || (limits & TableLimits.NoWrite) != 0;
        var clean =
            context.UpdatesDirtyState
            && leaf.DBM
            && ((byte)leaf.AP & 0b10) != 0
            && (limits & TableLimits.NoWrite) == 0;
        var user =
            context.World == StreamWorld.NsEl2
                ? SingleLevel(in leaf, limits, readOnly, in context)
                : TwoLevels(in leaf, limits, readOnly, in context);
        return user
            | (clean ? Permissions.WritableClean : 0)
            | (half.UserBarred ? Permissions.UserBarred : 0);
    }

    /// <summary>The permission that an access needs. A write is never an instruction fetch (§13.1.2).</summary>
    public static Permissions Needed(in Transaction access, StreamWorld world)
    {
        var privileged = access.Privileged || world == StreamWorld.NsEl2;
        var needed =
            access.Write ? Permissions.PrivilegedWrite
            : access.Instruction ? Permissions.PrivilegedExecute
            : Permissions.PrivilegedRead;
        return privileged ? needed : (Permissions)((byte)needed << 3);
    }

    // EL2 has no privilege check: AP[1] counts as set, PXN and APTable[0] do not exist. §13.4.1
    private static Permissions SingleLevel(
        in Stage1Leaf leaf,
        TableLimits limits,
        bool readOnly,
        in Stage1Context context
    )
    {
        var never = leaf.UXN || (limits & TableLimits.NoUserExecute) != 0;
        var execute = !never && (readOnly || !context.WXN);
        return Permissions.PrivilegedRead
            | (readOnly ? 0 : Permissions.PrivilegedWrite)
            | (execute ? Permissions.PrivilegedExecute : 0);
    }

    private static Permissions TwoLevels(
        in Stage1Leaf leaf,
        TableLimits limits,
        bool readOnly,
        in Stage1Context context
    )
    {
        // 1. Data access: AP and APTable. Arm ARM D8.4
        var userRead = ((byte)leaf.AP & 0b01) != 0 && (limits & TableLimits.NoUserAccess) == 0;
        var userWrite = userRead && !readOnly;
        var write = !readOnly;
        var read = true;

        // 2. Execution: UXN, PXN and their table forms; what users may write is never run privileged.
        var userExecute = !leaf.UXN && (limits & TableLimits.NoUserExecute) == 0;
        var execute = !leaf.PXN && (limits & TableLimits.NoPrivilegedExecute) == 0 && !userWrite;

        // 3. WXN: what is writable is not executable. §5.4
        if (context.WXN)
        {
            execute &= !write;
            userExecute &= !userWrite;
        }

        // 4. PAN: no privileged data access to what users may reach; EPAN adds what they may only run. §5.4
        if (context.PAN && (userRead || (context.EPAN && userExecute)))
            (read, write) = (false, false);

        return (read ? Permissions.PrivilegedRead : 0)
            | (write ? Permissions.PrivilegedWrite : 0)
            | (execute ? Permissions.PrivilegedExecute : 0)
            | (userRead ? Permissions.UserRead : 0)
            | (userWrite ? Permissions.UserWrite : 0)
            | (userExecute ? Permissions.UserExecute : 0);
    }
}
