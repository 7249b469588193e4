namespace SmmuConformance.Emulator;

/// <summary>What the SMMU read from memory.</summary>
public enum FetchKind : byte
{
    /// <summary>A command.</summary>
    Command,

    /// <summary>A level 1 Stream table descriptor.</summary>
    L1Std,

    /// <summary>A Stream table entry.</summary>
    Ste,

    /// <summary>A level 1 context descriptor.</summary>
    L1Cd,

    /// <summary>A context descriptor.</summary>
    Cd,

    /// <summary>A stage 1 translation table descriptor.</summary>
    Stage1Descriptor,

    /// <summary>A stage 2 translation table descriptor.</summary>
    Stage2Descriptor,
}
