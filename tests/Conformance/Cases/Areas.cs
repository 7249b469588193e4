using System.Collections.Frozen;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The areas of the catalogue: the first segment of a case's id, or <c>hw</c> and what it is about.</summary>
public static class Areas
{
    /// <summary>Areas of cases that hold a driver to its rules, with their titles.</summary>
    public static FrozenDictionary<string, string> Driver { get; } =
        new Dictionary<string, string>
        {
            ["probe"] = "feature detection from ID registers",
            ["init"] = "reset, enable, global bypass",
            ["cmdq"] = "command queue producer rules",
            ["cmderr"] = "command errors and GERROR",
            ["sync"] = "CMD_SYNC completion",
            ["evtq"] = "event queue consumer",
            ["strtab"] = "stream table",
            ["ste"] = "stream table entry encoding",
            ["cd"] = "context descriptors and their tables",
            ["hitless"] = "live update of an STE or a CD",
            ["attach"] = "attach, detach, replace",
            ["multi"] = "one domain over several SMMUs",
            ["asid"] = "ASID allocation and reuse",
            ["vmid"] = "VMID pool and reuse",
            ["pasid"] = "domains under PASIDs",
            ["aux"] = "auxiliary domains",
            ["sva"] = "shared virtual addressing",
            ["iopf"] = "I/O page faults by stall and PRI",
            ["ats"] = "ATS and address translation caches",
            ["tlbi"] = "TLB invalidation",
            ["invs"] = "invalidation array",
            ["vste"] = "validation of a nested STE",
            ["vinv"] = "invalidation by a guest",
            ["fwb"] = "S2FWB and CANWBS gating",
            ["fault"] = "fault decode and report",
            ["vevq"] = "virtual event queue",
            ["msi"] = "interrupts and MSI windows",
            ["pm"] = "power, restart, start over a live SMMU",
            ["err"] = "error paths",
            ["conc"] = "concurrency and interleavings",
            ["dirty"] = "hardware update of flags, dirty tracking",
            ["errata"] = "work-arounds",
            ["contract"] = "the driver interface itself",
        }.ToFrozenDictionary();

    /// <summary>Areas of cases that hold the emulator to the manual.</summary>
    public static FrozenSet<string> Hardware { get; } =
        FrozenSet.Create([
            "hw.registers",
            "hw.reset",
            "hw.queues",
            "hw.commands",
            "hw.events",
            "hw.gerror",
            "hw.interrupts",
            "hw.memory",
            "hw.streams",
            "hw.ste",
            "hw.cd",
            "hw.stage1",
            "hw.stage2",
            "hw.nested",
            "hw.attributes",
            "hw.faults",
            "hw.caches",
            "hw.tlb",
            "hw.conflict",
            "hw.broadcast",
            "hw.ordering",
            "hw.bypass",
            "hw.ats",
            "hw.pri",
            "hw.atos",
            "hw.stall",
            "hw.httu",
            "hw.dma",
            "hw.coherency",
            "hw.profiles",
        ]);

    /// <summary>The area an id belongs to.</summary>
    /// <exception cref="ArgumentException">The id is not dotted, or its area is not known.</exception>
    public static string Of(string id)
    {
        var segments = id.Split('.');
        var dotted =
            segments.Length >= 2
            && segments.All(segment => segment.Length > 0)
            && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');
        if (!dotted)
            throw new ArgumentException(
                $"'{id}' is not a case id: segments of a-z, 0-9 and '-', with dots between",
                nameof(id)
            );

        var area = OfMalformed(id);
        if (
            segments[0] == "hw"
                ? segments.Length < 3 || !Hardware.Contains(area)
                : !Driver.ContainsKey(area)
        )
            throw new ArgumentException(
                $"'{id}': '{area}' is not an area; see {nameof(Areas)}.cs",
                nameof(id)
            );
        return area;
    }

    /// <summary>The same, of an id that may be wrong: it is to be shown, not used.</summary>
    public static string OfMalformed(string id)
    {
        var segments = id.Split('.');
        return segments is ["hw", var second, ..] ? $"hw.{second}" : segments[0];
    }
}
