using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Transactions that do more than move data: what they need, and what they become where a control or a permission is
/// missing (§3.22, §16.7.2). A plain read or write never comes here.
/// </summary>
internal static class TransactionKinds
{
    /// <summary>A hint: it cannot fault, and a hint that is not taken does nothing.</summary>
    public static bool IsHint(TransactionKind kind) =>
        kind is TransactionKind.CachePrefetch or TransactionKind.DestructiveHint;

    /// <summary>Messages to interconnects and caches, which no SMMU passes on (§16.7.2).</summary>
    public static bool EndsInSilence(TransactionKind kind) =>
        kind
            is TransactionKind.DvmMessage
                or TransactionKind.Barrier
                or TransactionKind.MaintenanceWithoutAddress;

    /// <summary>Moves no data.</summary>
    public static bool IsMaintenance(TransactionKind kind) =>
        kind
            is TransactionKind.CacheClean
                or TransactionKind.CacheCleanInvalidate
                or TransactionKind.CacheInvalidate
                or TransactionKind.DestructiveHint;

    /// <summary>What a transaction that no stage translates goes on as; null if it is dropped.</summary>
    public static TransactionKind? Bypassing(TransactionKind kind, Profile profile) =>
        Exists(profile) ? kind : Plain(kind);

    /// <summary>What a transaction that was translated goes on as; null if it is dropped.</summary>
    /// <param name="access">The transaction.</param>
    /// <param name="ste">Its entry.</param>
    /// <param name="entry">Its translation.</param>
    /// <param name="privileged">How stage 1 sees its privilege.</param>
    /// <param name="profile">The SMMU.</param>
    public static TransactionKind? Translated(
        in Transaction access,
        in Ste ste,
        in TlbEntry entry,
        bool privileged,
        Profile profile
    )
    {
        // 1. SMMUv3.0 knows none of them. §3.22, §16.7.2
        if (!Exists(profile))
            return Plain(access.Kind);

        // 2. What else each needs. A page that a write would have to make dirty first counts as read-only. §3.22.2
        var written =
            PermissionRules.GrantsAny(
                entry.Stage1Permissions,
                Permissions.PrivilegedWrite,
                privileged
            )
            && PermissionRules.GrantsAny(
                entry.Stage2Permissions,
                Permissions.PrivilegedWrite,
                access.Privileged
            )
            && ((entry.Stage1Permissions | entry.Stage2Permissions) & Permissions.Clean) == 0;
        return access.Kind switch
        {
            TransactionKind.DestructiveRead => ste.DRE && written
                ? access.Kind
                : TransactionKind.Ordinary,
            TransactionKind.CacheInvalidate => ste.DRE
            && MayInvalidate(in access, in entry, privileged)
                ? access.Kind
                : TransactionKind.CacheCleanInvalidate,
            TransactionKind.DestructiveHint => ste.DRE
            && written
            && Reaches(in access, in entry, privileged)
                ? access.Kind
                : null,
            TransactionKind.WritePrefetch => ste.DCP ? access.Kind : TransactionKind.Ordinary,
            TransactionKind.CachePrefetch => ste.DCP
            && (written || Reads(in access, in entry, privileged))
                ? access.Kind
                : null,
            _ => access.Kind,
        };
    }

    private static bool Exists(Profile profile) => profile.AIDR.ArchMinorRev >= 1;

    // What is left of each in SMMUv3.0. Maintenance is up to the implementation there, and this one drops it.
    private static TransactionKind? Plain(TransactionKind kind) =>
        kind switch
        {
            TransactionKind.ReadCleanInvalidate
            or TransactionKind.DestructiveRead
            or TransactionKind.WritePrefetch => TransactionKind.Ordinary,
            TransactionKind.Ordinary or TransactionKind.Atomic => kind,
            _ => null,
        };

    // An invalidation does not make a page dirty, but a writable-clean page does not bar it. §3.13.8, §16.7.2.2
    private static bool MayInvalidate(in Transaction access, in TlbEntry entry, bool privileged) =>
        PermissionRules.GrantsAny(entry.Stage1Permissions, Permissions.PrivilegedWrite, privileged)
        && PermissionRules.GrantsAny(
            entry.Stage2Permissions,
            Permissions.PrivilegedWrite,
            access.Privileged
        );

    // Read permission for data, execute permission for instructions.
    private static bool Reaches(in Transaction access, in TlbEntry entry, bool privileged)
    {
        var needed = access.Instruction
            ? Permissions.PrivilegedExecute
            : Permissions.PrivilegedRead;
        return PermissionRules.GrantsAny(entry.Stage1Permissions, needed, privileged)
            && PermissionRules.GrantsAny(entry.Stage2Permissions, needed, access.Privileged);
    }

    // Reading or executing, at each stage by itself.
    private static bool Reads(in Transaction access, in TlbEntry entry, bool privileged)
    {
        return Either(entry.Stage1Permissions, privileged)
            && Either(entry.Stage2Permissions, access.Privileged);

        static bool Either(Permissions granted, bool privileged) =>
            PermissionRules.GrantsAny(granted, Permissions.PrivilegedRead, privileged)
            || PermissionRules.GrantsAny(granted, Permissions.PrivilegedExecute, privileged);
    }
}
