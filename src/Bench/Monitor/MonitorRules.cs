namespace SmmuConformance.Bench;

/// <summary>Every monitor rule.</summary>
public static class MonitorRules
{
    /// <summary>Their types, in the order in which they are told of an act.</summary>
    /// <remarks><see cref="FreeUnreachable"/> is last: it makes the map forget what is freed.</remarks>
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(OwnedMemory),
        typeof(AlignedAccess),
        typeof(RegisterAccess),
        typeof(AcknowledgePolled),
        typeof(ReservedBits),
        typeof(LegalCommands),
        typeof(PublishedSlots),
        typeof(BarrierBeforePublish),
        typeof(CleanBeforePublish),
        typeof(EveryView),
        typeof(InvalidateAfterChange),
        typeof(NoStaleEntry),
        typeof(TagReuse),
        typeof(DeviceCaches),
        typeof(AtsChanges),
        typeof(CachedRegisters),
        typeof(StallTermination),
        typeof(ContiguousEntries),
        typeof(FreeUnreachable),
    ];
}
