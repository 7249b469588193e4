using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Cached copies and what memory says in their place, as a person reads them.</summary>
internal static class StaleText
{
    /// <summary>A translation.</summary>
    public static string Of(in TlbEntry entry)
    {
        var permissions = entry.Stage1Permissions & entry.Stage2Permissions;
        return $"{entry.Output} {permissions}, {entry.Attributes}, descriptor 0x{entry.Word:x}";
    }

    /// <summary>A table.</summary>
    public static string Of(in WalkEntry entry)
    {
        var where = entry.Span != 0 ? $" at {entry.Physical}" : "";
        return $"table {entry.Table}{where} {entry.Limits}, descriptor 0x{entry.Word:x}";
    }

    /// <summary>How a walk of memory ended.</summary>
    public static string Of(WalkEnd end, in WalkResult walk) =>
        end switch
        {
            WalkEnd.ExternalAbort => $"external abort at {walk.At}",
            WalkEnd.TooLarge =>
                $"address too large at level {walk.Level}, descriptor 0x{walk.Word:x}",
            WalkEnd.NoDescriptor => $"invalid at level {walk.Level}, descriptor 0x{walk.Word:x}",
            WalkEnd.Stage2 => $"stage 2 refuses IPA {walk.Slot}",
            WalkEnd.Table => $"table {walk.Output} {walk.Limits}, descriptor 0x{walk.Word:x}",
            _ => $"leaf {walk.Output} at level {walk.Level}, descriptor 0x{walk.Word:x}",
        };

    /// <summary>Whose it is: tag and addresses.</summary>
    public static string Subject(CachedKind kind, CacheKey key) =>
        kind is CachedKind.Stage2Tlb or CachedKind.Stage2Walk
            ? $"VMID {key.Translation.Vmid} IPA 0x{key.First:x}-0x{key.Last:x}"
            : $"{key.Translation} VA 0x{key.First:x}-0x{key.Last:x}";

    /// <summary>A command that would have removed it.</summary>
    public static string Removal(CachedKind kind, CacheKey key)
    {
        var tag = key.Translation;
        var leaf = kind is CachedKind.Walk or CachedKind.Stage2Walk ? " Leaf=0" : "";
        var address = $"Address=0x{key.First:x}{leaf}";
        if (kind is CachedKind.Stage2Tlb or CachedKind.Stage2Walk)
            return $"CMD_TLBI_S2_IPA VMID={tag.Vmid} {address}";
        return tag.World switch
        {
            StreamWorld.NsEl1 when tag.IsGlobal => $"CMD_TLBI_NH_VAA VMID={tag.Vmid} {address}",
            StreamWorld.NsEl1 => $"CMD_TLBI_NH_VA VMID={tag.Vmid} ASID={tag.Asid} {address}",
            StreamWorld.NsEl2E2h => $"CMD_TLBI_EL2_VA ASID={tag.Asid} {address}",
            _ => $"CMD_TLBI_EL2_VA {address}",
        };
    }
}
