using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a device's streams can be set to.</summary>
public enum StreamSetting : byte
{
    /// <summary>Attached to a blocked domain.</summary>
    Abort,

    /// <summary>Attached to an identity domain.</summary>
    Bypass,

    /// <summary>Attached to a stage 1 domain.</summary>
    DomainA,

    /// <summary>Attached to another stage 1 domain.</summary>
    DomainB,
}

/// <summary>A change from one setting to another.</summary>
/// <param name="From">The setting before.</param>
/// <param name="To">The setting after.</param>
public sealed record Transition(StreamSetting From, StreamSetting To)
{
    /// <summary>Every ordered pair of different settings.</summary>
    public static ImmutableArray<Transition> All { get; } =
    [
        .. from before in Enum.GetValues<StreamSetting>()
        from after in Enum.GetValues<StreamSetting>()
        where before != after
        select new Transition(before, after),
    ];

    /// <summary>The variant in a case's id.</summary>
    public override string ToString() => $"{Name(From)}-to-{Name(To)}";

    private static string Name(StreamSetting setting) =>
        setting switch
        {
            StreamSetting.Abort => "abort",
            StreamSetting.Bypass => "bypass",
            StreamSetting.DomainA => "s1a",
            _ => "s1b",
        };
}
