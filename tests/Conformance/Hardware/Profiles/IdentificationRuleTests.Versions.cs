using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

public sealed partial class IdentificationRuleTests
{
    private static readonly Impossible[] OfVersions =
    [
        new(
            "VMSAv8-32 tables need the 4 KiB granule",
            Min with
            {
                IDR0 = Min.IDR0 with { TTF = TableFormats.Both },
                IDR5 = new() { GRAN64K = true },
            }
        ),
        new(
            "VMSAv8-32 tables exclude DPT",
            Max with
            {
                IDR0 = Max.IDR0 with { TTF = TableFormats.Both },
                IDR3 = Max.IDR3 with { DPT = true },
            }
        ),
        new(
            "VMSAv8-32 tables exclude D128",
            Max with
            {
                IDR0 = Max.IDR0 with { TTF = TableFormats.Both },
                IDR5 = Max.IDR5 with { D128 = true },
            }
        ),
        new(
            "52-bit output needs GRAN64K, DS or D128",
            Min with
            {
                IDR5 = Min.IDR5 with { OAS = PhysicalSize.Bits52 },
            }
        ),
        new(
            "56-bit output needs D128",
            Max with
            {
                IDR5 = Max.IDR5 with { OAS = PhysicalSize.Bits56 },
            }
        ),
        new(
            "56-bit output needs 3.4",
            Max with
            {
                IDR5 = Max.IDR5 with { OAS = PhysicalSize.Bits56, D128 = true },
            }
        ),
        new(
            "Input beyond 48 bits needs GRAN64K or DS",
            Min with
            {
                IDR5 = Min.IDR5 with { VAX = VirtualAddressSize.Bits52 },
            }
        ),
        new(
            "56-bit input needs D128",
            Max with
            {
                IDR5 = Max.IDR5 with { VAX = VirtualAddressSize.Bits56 },
            }
        ),
        new(
            "DS needs the 4 KiB or 16 KiB granule",
            Max with
            {
                IDR5 = new() { GRAN64K = true, DS = true },
            }
        ),
        new("DS needs 52-bit input", Max with { IDR5 = Max.IDR5 with { DS = true } }),
        new(
            "D128 needs VMSAv8-64, S1PI, S2PO, AIE and MTEPERM",
            Max with
            {
                IDR5 = Max.IDR5 with { D128 = true },
            }
        ),
        new("From 3.1 HAD is there with stage 1", Min with { AIDR = new() { ArchMinorRev = 1 } }),
        new(
            "From 3.1 XNX is there with stage 2",
            Max with
            {
                IDR3 = Max.IDR3 with { XNX = false },
            }
        ),
        new("From 3.2 RIL is there", Max with { IDR3 = Max.IDR3 with { RIL = false } }),
        new("From 3.2 FWB is there", Max with { IDR3 = Max.IDR3 with { FWB = false } }),
        new(
            "From 3.2 BBML is 1 or 2",
            Max with
            {
                IDR3 = Max.IDR3 with { BBML = BreakBeforeMake.Level0 },
            }
        ),
        new(
            "From 3.2 Hyp is there with both stages",
            Max with
            {
                IDR0 = Max.IDR0 with { Hyp = false },
            }
        ),
        new("From 3.3 E0PD is there", Max with { IDR3 = Max.IDR3 with { E0PD = false } }),
        new(
            "From 3.3 PTWNNC is there with stage 2",
            Max with
            {
                IDR3 = Max.IDR3 with { PTWNNC = false },
            }
        ),
        new("From 3.4 EPAN is there", Max with { AIDR = new() { ArchMinorRev = 4 } }),
        new(
            "From 3.4 MTEPERM is there with stage 2",
            Max with
            {
                AIDR = new() { ArchMinorRev = 4 },
            }
        ),
        new(
            "3.0 has neither XNX nor PBHA, VAX or 52-bit output",
            Min with
            {
                IDR3 = new() { XNX = true },
            }
        ),
        new("3.0 has nothing of 3.2", Min with { IDR3 = new() { RIL = true } }),
        new("3.1 and before have nothing of 3.3", Min with { IDR3 = new() { E0PD = true } }),
        new("3.2 and before have nothing of 3.4", Min with { IDR3 = new() { EPAN = true } }),
    ];
}
