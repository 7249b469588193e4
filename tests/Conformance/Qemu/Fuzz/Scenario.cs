using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>A structure of a scenario that a change is made to.</summary>
public enum Part : byte
{
    /// <summary>The stream's STE.</summary>
    Ste,

    /// <summary>Its CD.</summary>
    Cd,

    /// <summary>The first descriptor of the stage 1 walk, if it is not the leaf.</summary>
    Table1,

    /// <summary>The leaf of the stage 1 walk.</summary>
    Leaf1,

    /// <summary>The first descriptor of the stage 2 walk of the data, if it is not the leaf.</summary>
    Table2,

    /// <summary>The leaf of the stage 2 walk of the data.</summary>
    Leaf2,

    /// <summary>The stage 2 block that the CD and the stage 1 tables lie in.</summary>
    Structures2,
}

/// <summary>A field that is not what a sound configuration has.</summary>
/// <param name="Part">Of which structure.</param>
/// <param name="Field">The manual's name.</param>
/// <param name="Value">Its raw value.</param>
public sealed record Change(Part Part, string Field, ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Part}.{Field}=0x{Value:x}";
}

/// <summary>What is told to the SMMU after a change, each followed by a CMD_SYNC.</summary>
public enum Told : byte
{
    /// <summary>Nothing: only what was never cached may be seen.</summary>
    Nothing,

    /// <summary>CMD_CFGI_STE, not only of the leaf.</summary>
    CfgiSte,

    /// <summary>CMD_CFGI_CD.</summary>
    CfgiCd,

    /// <summary>CMD_CFGI_CD_ALL.</summary>
    CfgiCdAll,

    /// <summary>CMD_CFGI_ALL.</summary>
    CfgiAll,

    /// <summary>CMD_TLBI_NSNH_ALL.</summary>
    NsnhAll,

    /// <summary>CMD_TLBI_NH_ALL of the VMID.</summary>
    NhAll,

    /// <summary>CMD_TLBI_NH_ASID of the ASID and VMID.</summary>
    NhAsid,

    /// <summary>The same of the ASID after it.</summary>
    NhAsidOther,

    /// <summary>CMD_TLBI_NH_VA of the address.</summary>
    NhVa,

    /// <summary>CMD_TLBI_NH_VAA of the address.</summary>
    NhVaa,

    /// <summary>CMD_TLBI_NH_VA of an address far from it.</summary>
    NhVaOther,

    /// <summary>CMD_TLBI_NH_VA of a range of 16 pages with the address in it.</summary>
    NhVaRange,

    /// <summary>CMD_TLBI_S12_VMALL of the VMID.</summary>
    S12Vmall,

    /// <summary>CMD_TLBI_S12_VMALL of the VMID after it.</summary>
    S12VmallOther,

    /// <summary>CMD_TLBI_S2_IPA of the IPA, then CMD_TLBI_NH_ALL.</summary>
    S2IpaAndNhAll,

    /// <summary>Everything: CMD_CFGI_ALL and CMD_TLBI_NSNH_ALL, and both again.</summary>
    Everything,
}

/// <summary>What happens next: a change, what is told of it, and then an access; any of them may be missing.</summary>
/// <param name="Change">What is changed in memory.</param>
/// <param name="Told">What the SMMU is told of it.</param>
/// <param name="Write">The access is a write.</param>
/// <param name="Flip">Bits of the scenario's address that are different in this access.</param>
public sealed record Happening(Change? Change, Told Told, bool Write, ulong Flip);

/// <summary>
/// A configuration of one stream, sound but for its changes, and what is done with it: built the same way on every SMMU, and as small as
/// its text.
/// </summary>
public sealed record Scenario
{
    /// <summary>Which stages translate, or that the stream is bypassed or aborted.</summary>
    public required SteConfig Config { get; init; }

    /// <summary>Stage 1: log2 of the granule, 12, 14 or 16.</summary>
    public int Page1 { get; init; } = 12;

    /// <summary>Stage 1: width of addresses.</summary>
    public int Bits1 { get; init; } = 39;

    /// <summary>Stage 1: level of the leaf.</summary>
    public int Leaf1 { get; init; } = 3;

    /// <summary>Stage 1: the address is in the upper range, which TTB1 translates.</summary>
    public bool Upper { get; init; }

    /// <summary>Stage 2: log2 of the granule.</summary>
    public int Page2 { get; init; } = 12;

    /// <summary>Stage 2: width of addresses.</summary>
    public int Bits2 { get; init; } = 40;

    /// <summary>Stage 2: level at which a walk starts.</summary>
    public int Start2 { get; init; } = 1;

    /// <summary>Stage 2: level of the leaf.</summary>
    public int Leaf2 { get; init; } = 3;

    /// <summary>The input address, a multiple of 4, within the range that the first stage translates.</summary>
    public ulong Address { get; init; }

    /// <summary>Output of the stage 1 leaf, before it is aligned: an IPA if stage 2 translates as well.</summary>
    public ulong Output1 { get; init; }

    /// <summary>Output of the stage 2 leaf, before it is aligned.</summary>
    public ulong Output2 { get; init; }

    /// <summary>What is not sound.</summary>
    public ImmutableArray<Change> Changes { get; init; } = [];

    /// <summary>What is done.</summary>
    public ImmutableArray<Happening> Steps { get; init; } = [];

    /// <summary>Stage 1 translates.</summary>
    [JsonIgnore]
    public bool HasStage1 => Config is SteConfig.Stage1 or SteConfig.Nested;

    /// <summary>Stage 2 translates.</summary>
    [JsonIgnore]
    public bool HasStage2 => Config is SteConfig.Stage2 or SteConfig.Nested;

    /// <summary>What is not sound at first, or becomes so.</summary>
    [JsonIgnore]
    public IEnumerable<Change> AllChanges =>
        Changes.Concat(Steps.Select(step => step.Change).OfType<Change>());

    private static readonly JsonSerializerOptions s_options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        WriteIndented = true,
    };

    /// <summary>A scenario from its text.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Scenario Parse(string json) =>
        JsonSerializer.Deserialize<Scenario>(json, s_options)
        ?? throw new JsonException("a scenario is an object");

    /// <summary>The scenario as text that can be read back.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, s_options);
}
