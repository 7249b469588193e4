using SmmuConformance.Architecture;

namespace SmmuConformance.Snapshots;

/// <summary>The pages of docs/reference say what the declarations say.</summary>
public sealed class ReferencePages
{
    [Fact]
    public void Structures() =>
        GeneratedPage
            .Reference("structures")
            .Verify(
                StructurePage.Write(
                    "Structures in memory",
                    "Bits are counted over the whole structure. *Read when* is the condition under which the SMMU reads a "
                        + "field; a field it does not read may hold anything.",
                    LayoutCatalogue.Structures
                )
            );

    [Fact]
    public void Commands() =>
        GeneratedPage
            .Reference("commands")
            .Verify(
                StructurePage.Write(
                    "Commands",
                    "The number in a heading is the opcode, bits [7:0]. *Read when* is the condition under which the SMMU "
                        + "reads a field.",
                    LayoutCatalogue.Commands.OrderBy(c => c.Code)
                )
            );

    [Fact]
    public void Events() =>
        GeneratedPage
            .Reference("events")
            .Verify(
                StructurePage.Write(
                    "Event records",
                    "The number in a heading is the event's, bits [7:0]. *Read when* is the condition under which a field "
                        + "means something to the driver that reads the record.",
                    LayoutCatalogue.Events.OrderBy(e => e.Code)
                )
            );

    [Fact]
    public void Registers() =>
        GeneratedPage
            .Reference("registers")
            .Verify(
                RegisterPage.Write(
                    "Registers",
                    "Offsets are from the base of page 0; page 1 starts at 0x10000. A register or field that is locked may be "
                        + "written only while each of the bits named, and its acknowledge if it has one, is 0. A value "
                        + "after reset is unknown where some field's is UNKNOWN or IMPLEMENTATION DEFINED.",
                    RegisterMap.All
                )
            );
}
