namespace SmmuConformance.Driver.Reference;

/// <summary>Which stage a page table is for, and how it writes memory types.</summary>
internal enum TableStage : byte
{
    /// <summary>Stage 1.</summary>
    Stage1,

    /// <summary>Stage 2, with memory types that are combined with those of stage 1.</summary>
    Stage2,

    /// <summary>Stage 2, with memory types that can overrule those of stage 1 (STE.S2FWB).</summary>
    Stage2ForcedWriteBack,
}
