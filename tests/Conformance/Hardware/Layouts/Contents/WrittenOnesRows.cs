using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>The rows of <see cref="WrittenOnes"/>, by subject.</summary>
internal static class WrittenOnesRows
{
    /// <summary>§6.3.9 to §6.3.14, §6.3.17</summary>
    public static IEnumerable<WrittenOnes.Row> Controls =>
        [
            new("cr0", 0x0020, 32, "registers.018", "registers.029", "vmid.017")
            {
                Keeps = Enables,
            },
            new("cr0ack", 0x0024, 32, "registers.026", "registers.038")
            {
                Cause = 0x0020,
                Keeps = Enables,
            },
            new("cr1", 0x0028, 32, "registers.040")
            {
                Keeps = p => 0xfff,
                Open = p =>
                    (p.IDR1.QUEUES_PRESET ? 0x03fu : 0) | (p.IDR1.TABLES_PRESET ? 0xfc0u : 0),
            },
            new("cr2", 0x002c, 32, "registers.044")
            {
                Keeps = p =>
                    0x2
                    | (p.IDR0.Hyp ? 0x1u : 0)
                    | (p.IDR0.BTM ? 0x4u : 0)
                    | (p.IDR0.ATSRECERR ? 0x8u : 0),
            },
            new("s2pii", 0x0030, 64, "stage2.024")
            {
                Keeps = p => p.IDR3.S2PI ? ulong.MaxValue : 0,
            },
            new("statusr", 0x0040, 32, "registers.046")
            {
                Keeps = p => 0,
                Open = p => p.IDR0.DORMHINT ? 0x1u : 0,
            },
            // Without overrides the fields may read as zero or as written, and Update clears when the change is done.
            new("gbpa", 0x0044, 32, "registers.047")
            {
                Keeps = p => 0x001f_3f1f,
                Open = p =>
                    0x8000_0000
                    | (p.IDR1.ATTR_TYPES_OVR ? 0 : 0x3f1fu)
                    | (p.IDR1.ATTR_PERMS_OVR ? 0 : 0xf_0000u),
            },
        ];

    /// <summary>§6.3.16 to §6.3.23, §6.3.30 to §6.3.36</summary>
    public static IEnumerable<WrittenOnes.Row> Interrupts =>
        [
            new("irq-ctrl", 0x0050, 32, "registers.049") { Keeps = InterruptEnables },
            new("irq-ctrlack", 0x0054, 32, "registers.050")
            {
                Cause = 0x0050,
                Keeps = InterruptEnables,
            },
            new("gerror", 0x0060, 32, "gerror.005") { Keeps = p => 0 },
            // Acknowledging what is not active is wrong, but the register holds what was written.
            new("gerrorn", 0x0064, 32, "gerror.013") { Keeps = Errors },
            new("gerror-irq-cfg0", 0x0068, 64, "msi.014", "msi.019")
            {
                Keeps = p => p.IDR0.MSI ? Address(p, 2) : 0,
                Open = p => p.IDR0.MSI ? BeyondAddress(p) : 0,
            },
            new("gerror-irq-cfg1", 0x0070, 32, "msi.014", "msi.022")
            {
                Keeps = p => p.IDR0.MSI ? 0xffff_ffff : 0,
            },
            new("gerror-irq-cfg2", 0x0074, 32, "msi.014", "msi.023")
            {
                Keeps = p => p.IDR0.MSI ? 0x3fu : 0,
            },
            new("eventq-irq-cfg0", 0x00b0, 64, "msi.014", "msi.024")
            {
                Keeps = p => p.IDR0.MSI ? Address(p, 2) : 0,
                Open = p => p.IDR0.MSI ? BeyondAddress(p) : 0,
            },
            new("eventq-irq-cfg1", 0x00b8, 32, "msi.014", "msi.024")
            {
                Keeps = p => p.IDR0.MSI ? 0xffff_ffff : 0,
            },
            new("eventq-irq-cfg2", 0x00bc, 32, "msi.014", "msi.024")
            {
                Keeps = p => p.IDR0.MSI ? 0x3fu : 0,
            },
            new("priq-irq-cfg0", 0x00d0, 64, "msi.014", "msi.025")
            {
                Keeps = p => PriMsi(p) ? Address(p, 2) : 0,
                Open = p => PriMsi(p) ? BeyondAddress(p) : 0,
            },
            new("priq-irq-cfg1", 0x00d8, 32, "msi.014", "msi.025")
            {
                Keeps = p => PriMsi(p) ? 0xffff_ffff : 0,
            },
            // LO serves wired interrupts too.
            new("priq-irq-cfg2", 0x00dc, 32, "msi.014", "msi.025")
            {
                Keeps = p => (p.IDR0.PRI ? 0x8000_0000 : 0) | (PriMsi(p) ? 0x3fu : 0),
            },
        ];

    /// <summary>§6.3.24 to §6.3.29, §6.3.33, §6.3.38 to §6.3.48, §6.3.95 to §6.3.98</summary>
    public static IEnumerable<WrittenOnes.Row> Places =>
        [
            new("strtab-base", 0x0080, 64, "stream-table.024")
            {
                Keeps = p => (1ul << 62) | Address(p, 6),
                Open = p => p.IDR1.TABLES_PRESET ? ulong.MaxValue : 0,
            },
            new("strtab-base-cfg", 0x0088, 32, "stream-table.021", "stream-table.028")
            {
                Keeps = p => p.IDR0.ST_LEVEL == StreamTableLevels.Linear ? 0x0_003fu : 0x3_07ffu,
                Open = p => p.IDR1.TABLES_PRESET ? ulong.MaxValue : 0,
            },
            new("cmdq-base", 0x0090, 64, "queues.002", "queues.026")
            {
                Keeps = QueueBase,
                Open = QueueBasePreset,
            },
            new("cmdq-prod", 0x0098, 32, "queues.002", "queues.029")
            {
                Keeps = p => 0xf,
                Open = p => 0xf_fff0,
            },
            // What is written to ERR may be kept or not.
            new("cmdq-cons", 0x009c, 32, "queues.002", "queues.034")
            {
                Keeps = p => 0xf,
                Open = p => 0x7f00_0000 | Indexes(p),
            },
            new("eventq-base", 0x00a0, 64, "queues.002", "queues.036")
            {
                Keeps = QueueBase,
                Open = QueueBasePreset,
            },
            new("eventq-prod", 0x1_00a8, 32, "queues.002", "events.029")
            {
                Keeps = p => 0x8000_000f,
                Open = Indexes,
            },
            new("eventq-cons", 0x1_00ac, 32, "queues.002", "events.034")
            {
                Keeps = p => 0x8000_000f,
                Open = p => 0xf_fff0,
            },
            new("priq-base", 0x00c0, 64, "queues.002", "pri.014")
            {
                Keeps = p => p.IDR0.PRI ? QueueBase(p) : 0,
                Open = p => p.IDR0.PRI ? QueueBasePreset(p) : 0,
            },
            // Nobody has given the PRI queue a size.
            new("priq-prod", 0x1_00c8, 32, "queues.002", "pri.016")
            {
                Keeps = p => p.IDR0.PRI ? 0x8000_0001 : 0,
                Open = p => p.IDR0.PRI ? 0xf_fffeu : 0,
            },
            new("priq-cons", 0x1_00cc, 32, "queues.002", "pri.017")
            {
                Keeps = p => p.IDR0.PRI ? 0x8000_0001 : 0,
                Open = p => p.IDR0.PRI ? 0xf_fffeu : 0,
            },
            new("gatos-sid", 0x0108, 64, "other.006")
            {
                With = WithAtos,
                Keeps = p =>
                    RegisterPlace.Ones(p.IDR1.SIDSIZE - 1, 0)
                    | RegisterPlace.Ones(31 + p.IDR1.SSIDSIZE, 32)
                    | (p.IDR1.SSIDSIZE == 0 ? 0 : 1ul << 52),
            },
            new("gatos-addr", 0x0110, 64, "other.007")
            {
                With = WithAtos,
                Keeps = p => 0xffff_ffff_ffff_ffc0,
            },
            new("vatos-sel", 0x0180, 32, "other.010")
            {
                With = WithVatos,
                Keeps = p => p.IDR0.VMID16 ? 0xffffu : 0x00ffu,
            },
            // Registers of features that no profile has.
            new("mpamidr", 0x0130, 32, "probe.083") { Keeps = p => 0 },
            new("gmpam", 0x0138, 32, "probe.083") { Keeps = p => 0 },
            new("gbpmpam", 0x013c, 32, "probe.083") { Keeps = p => 0 },
            new("dpt-base", 0x0200, 64, "ats.078") { Keeps = p => 0 },
            new("dpt-base-cfg", 0x0208, 32, "ats.078") { Keeps = p => 0 },
            new("dpt-cfg-far", 0x0210, 64, "ats.079") { Keeps = p => 0 },
        ];

    private static ulong Enables(Profile p) =>
        0xd
        | (p.IDR0.PRI ? 0x2u : 0)
        | (p.IDR0.ATS ? 0x10u : 0)
        | (p.IDR0.VMW ? 0x1c0u : 0)
        | (p.IDR3.DPT ? 0x400u : 0);

    private static ulong InterruptEnables(Profile p) => p.IDR0.PRI ? 0x7u : 0x5u;

    private static ulong Errors(Profile p) =>
        0x105
        | (p.IDR0.PRI ? 0x8u : 0)
        | (p.IDR0.MSI ? 0xb0u : 0)
        | (PriMsi(p) ? 0x40u : 0)
        | (p.IDR1.ECMDQ ? 0x200u : 0)
        | (p.IDR3.DPT ? 0x400u : 0);

    private static bool PriMsi(Profile p) => p.IDR0 is { PRI: true, MSI: true };

    // The address bits that this SMMU has; those beyond need not be stored where an MSI goes.
    private static ulong Address(Profile p, int low) =>
        RegisterPlace.Ones(p.OutputAddressBits - 1, low);

    private static ulong BeyondAddress(Profile p) => RegisterPlace.Ones(55, p.OutputAddressBits);

    private static ulong QueueBase(Profile p) => (1ul << 62) | Address(p, 5) | 0x1f;

    private static ulong QueueBasePreset(Profile p) => p.IDR1.QUEUES_PRESET ? ulong.MaxValue : 0;

    // Where the size of the queue is not ours to choose.
    private static ulong Indexes(Profile p) => p.IDR1.QUEUES_PRESET ? 0xf_fff0u : 0;

    private static Profile WithAtos(Profile p) => p with { IDR0 = p.IDR0 with { ATOS = true } };

    private static Profile WithVatos(Profile p) =>
        p with
        {
            IDR0 = p.IDR0 with { ATOS = true, VATOS = true, S1P = true, S2P = true },
        };
}
