namespace SmmuConformance.Conformance.Cases;

/// <summary>Who demands what a case checks.</summary>
public enum Level : byte
{
    /// <summary>IHI 0070: every driver, or every model, has to.</summary>
    Architecture,

    /// <summary>The driver interface promises it.</summary>
    Contract,

    /// <summary>The Linux driver does so, and the reference driver follows.</summary>
    Linux,
}
