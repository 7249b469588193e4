using System.Text;
using SmmuConformance.Architecture;

namespace SmmuConformance.Snapshots;

/// <summary>The register map, and one table of fields per register.</summary>
internal static class RegisterPage
{
    /// <summary>The page.</summary>
    public static string Write(
        string title,
        string introduction,
        IReadOnlyList<RegisterInfo> registers
    )
    {
        var page = new StringBuilder();
        Markdown.Title(page, title, introduction);
        Overview(page, registers);
        foreach (var register in registers)
            Append(page, register);
        return page.ToString();
    }

    private static void Overview(StringBuilder page, IReadOnlyList<RegisterInfo> registers)
    {
        page.Append(
            "\n## Map\n\n| offset | register | bits | access | locked by | after reset | clause |\n|---|---|---|---|---|---|---|\n"
        );
        foreach (var register in registers)
            page.Append($"| {Offset(register)} | {register.Name} | {register.Layout.Bits} ")
                .Append($"| {(register.Access == Access.ReadOnly ? "read" : "read, write")} ")
                .Append(
                    $"| {Locks(register.Guard)} | {Reset(register)} | {Markdown.Clause(register.Layout)} |\n"
                );
    }

    private static void Append(StringBuilder page, RegisterInfo register)
    {
        var layout = register.Layout;
        page.Append(
            $"\n## {layout.Name}\n\n{layout.Summary} {Offset(register)}, {Markdown.Clause(layout)}.\n\n"
        );
        page.Append("| bits | field | meaning | locked by |\n|---|---|---|---|\n");
        foreach (var field in layout.Fields)
            page.Append(
                $"| {field.Range} | {field.Name} | {Markdown.Meaning(field)} | {Locks(field.Guard)} |\n"
            );
        Markdown.Encodings(page, layout);
    }

    private static string Offset(RegisterInfo register) => $"0x{register.Offset:x5}";

    private static string Reset(RegisterInfo register) =>
        RegisterMap.UnknownAtReset(register) != 0 ? "unknown"
        : register.Name.Contains("IDR", StringComparison.Ordinal) ? "constant"
        : $"0x{register.Reset:x}";

    private static string Locks(Guard guard) =>
        string.Join(
            ", ",
            Enum.GetValues<Guard>()
                .Where(g => g is not (Guard.None or Guard.Queues) && guard.HasFlag(g))
                .Select(NameOf)
        );

    private static string NameOf(Guard guard) =>
        guard switch
        {
            Guard.Smmuen => "CR0.SMMUEN",
            Guard.Cmdqen => "CR0.CMDQEN",
            Guard.Eventqen => "CR0.EVENTQEN",
            Guard.Priqen => "CR0.PRIQEN",
            Guard.GerrorIrqen => "IRQ_CTRL.GERROR_IRQEN",
            Guard.EventqIrqen => "IRQ_CTRL.EVENTQ_IRQEN",
            Guard.PriqIrqen => "IRQ_CTRL.PRIQ_IRQEN",
            Guard.Update => "its own Update",
            Guard.DptWalkEn => "CR0.DPT_WALK_EN",
            Guard.GatosRun => "GATOS_CTRL.RUN",
            Guard.VatosRun => "VATOS_CTRL.RUN",
            Guard.TablesPreset => "IDR1.TABLES_PRESET",
            Guard.QueuesPreset => "IDR1.QUEUES_PRESET",
            _ => guard.ToString(),
        };
}
