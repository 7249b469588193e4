namespace VerifyTests;

/// <summary>Verify's settings for the whole run, as far as the tests use them.</summary>
public static class VerifierSettings
{
    /// <summary>Verify writes a byte order mark unless told otherwise; this engine never does.</summary>
    public static void UseUtf8NoBom() { }
}
