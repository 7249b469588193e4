using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>From descriptors to permissions, and from permissions to a verdict.</summary>
internal static class PermissionRules
{
    /// <summary>What one table descriptor takes away from all below it.</summary>
    public static TableLimits LimitsOf(in Stage1Table table) =>
        (table.PXNTable ? TableLimits.NoPrivilegedExecute : 0)
        | (table.UXNTable ? TableLimits.NoUserExecute : 0)
        | ((table.APTable & 0b01) != 0 ? TableLimits.NoUserAccess : 0)
        | ((table.APTable & 0b10) != 0 ? TableLimits.NoWrite : 0);

    /// <summary>What a stage 1 leaf permits under a CD. A writable-clean page counts as writable (§3.13.3).</summary>
    public static Permissions Of(
        in Stage1Leaf leaf,
        TableLimits limits,
        in Stage1Context context,
        in Stage1Half half
    )
    {
        var readOnly = ((byte)leaf.AP & 0b10) != 0;
        var clean = readOnly && leaf.DBM && context.UpdatesDirtyState;
        var writable = (!readOnly || clean) && (limits & TableLimits.NoWrite) == 0;
        var permissions =
            context.World == StreamWorld.NsEl2
                ? SingleLevel(in leaf, limits, writable, in context)
                : TwoLevels(in leaf, limits, writable, in context);
        return permissions
            | (clean && writable ? Permissions.Clean : 0)
            | (half.UserBarred ? Permissions.UserBarred : 0);
    }

    /// <summary>What a stage 2 leaf permits: S2AP for data of either privilege, XN for instructions (Arm ARM D8.4.2).</summary>
    public static Permissions Of(in Stage2Leaf leaf, in Stage2Context context)
    {
        var clean =
            context.UpdatesDirtyState
            && leaf.DBM
            && ((byte)leaf.S2AP & (byte)Stage2Ap.WriteOnly) == 0;
        var execute = leaf.XN switch
        {
            Stage2Xn.Executable => Permissions.Executes,
            // Without XNX the upper bit alone counts. §13.4.3
            Stage2Xn.UnprivilegedOnly when context.XNX => Permissions.UserExecute,
            Stage2Xn.UnprivilegedOnly => Permissions.Executes,
            Stage2Xn.PrivilegedOnly when context.XNX => Permissions.PrivilegedExecute,
            _ => Permissions.None,
        };
        return (((byte)leaf.S2AP & (byte)Stage2Ap.ReadOnly) != 0 ? Permissions.Reads : 0)
            | (clean || ((byte)leaf.S2AP & (byte)Stage2Ap.WriteOnly) != 0 ? Permissions.Writes : 0)
            | (clean ? Permissions.Clean : 0)
            | execute;
    }

    /// <summary>The permissions that an access needs, all of them. A write is never an instruction fetch (§13.1.2).</summary>
    public static Permissions Needed(in Transaction access, bool privileged)
    {
        var needed =
            access.Kind == TransactionKind.Atomic
                ? Permissions.PrivilegedRead | Permissions.PrivilegedWrite
            : access.Write ? Permissions.PrivilegedWrite
            : access.Instruction ? Permissions.PrivilegedExecute
            : Permissions.PrivilegedRead;
        return For(needed, privileged);
    }

    /// <summary>Some of what is wanted, in its privileged form, is granted at a privilege.</summary>
    public static bool GrantsAny(Permissions granted, Permissions wanted, bool privileged) =>
        (granted & For(wanted, privileged)) != 0;

    /// <summary>Everything needed is there.</summary>
    public static bool Permits(Permissions granted, Permissions needed) =>
        (granted & needed) == needed;

    /// <summary>Both reading and writing are needed, and only reading is refused (§13.1.1).</summary>
    public static bool RefusesOnlyRead(Permissions granted, Permissions needed) =>
        (needed & Permissions.Reads) != 0
        && (needed & Permissions.Writes) != 0
        && (granted & needed & Permissions.Writes) != 0;

    // EL2 has no privilege check: AP[1] counts as set, PXN and APTable[0] do not exist. §13.4.1
    private static Permissions SingleLevel(
        in Stage1Leaf leaf,
        TableLimits limits,
        bool writable,
        in Stage1Context context
    )
    {
        var never = leaf.UXN || (limits & TableLimits.NoUserExecute) != 0;
        var execute = !never && !(writable && context.WXN);
        return Permissions.PrivilegedRead
            | (writable ? Permissions.PrivilegedWrite : 0)
            | (execute ? Permissions.PrivilegedExecute : 0);
    }

    private static Permissions TwoLevels(
        in Stage1Leaf leaf,
        TableLimits limits,
        bool writable,
        in Stage1Context context
    )
    {
        // 1. Data access: AP and APTable. Arm ARM D8.4.1.2
        var userRead = ((byte)leaf.AP & 0b01) != 0 && (limits & TableLimits.NoUserAccess) == 0;
        var userWrite = userRead && writable;
        var (read, write) = (true, writable);

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

    // Unprivileged permissions stand above the privileged ones, in the same order.
    private static Permissions For(Permissions privilegedForm, bool privileged) =>
        privileged ? privilegedForm : (Permissions)((byte)privilegedForm << 3);
}
