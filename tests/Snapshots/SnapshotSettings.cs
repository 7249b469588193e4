using System.Runtime.CompilerServices;
using VerifyTests;

namespace SmmuConformance.Snapshots;

/// <summary>What both snapshot engines are told before the first test runs.</summary>
public static class SnapshotSettings
{
    /// <summary>Makes the files what .gitattributes says they are: UTF-8 without a byte order mark.</summary>
    [ModuleInitializer]
    public static void Apply() => VerifierSettings.UseUtf8NoBom();
}
