namespace SmmuConformance.Bench.Qemu;

/// <summary>Which stages QEMU's SMMU has; the names are those of its property.</summary>
public enum QemuStage
{
    /// <summary>Stage 1 alone.</summary>
    One,

    /// <summary>Stage 2 alone.</summary>
    Two,

    /// <summary>Both.</summary>
    Nested,
}

/// <summary>The stages as QEMU's property names them.</summary>
public static class QemuStageNames
{
    /// <summary>The value of the property.</summary>
    public static string Name(this QemuStage stage) =>
        stage switch
        {
            QemuStage.One => "1",
            QemuStage.Two => "2",
            _ => "nested",
        };
}
