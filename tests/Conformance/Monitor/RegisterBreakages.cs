using SmmuConformance.Architecture;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Monitor.BreakageActs;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>Drivers that misuse registers.</summary>
internal static class RegisterBreakages
{
    public static IReadOnlyList<Breakage> All =>
        [
            new(
                "reserved bit of a register",
                "monitor.register-access",
                "SMMU_IRQ_CTRL = 0x80000005 sets a reserved bit",
                new WriteChanged(IrqCtrl.Offset, value => value | 1u << 31),
                ProbeArmed
            )
            {
                Breaks = ["registers.009", "registers.058"],
            },
            new(
                "two registers at once",
                "monitor.register-access",
                "AccessSize: SMMU_CMDQ_PROD",
                new WideWrite(CmdqProd.Offset),
                Attach
            )
            {
                Breaks = ["registers.011", "registers.061", "registers.062", "contract.mmio-width"],
            },
            new(
                "producer backwards",
                "monitor.register-access",
                "is an index the queue cannot have now",
                new WriteChanged(CmdqProd.Offset, value => value - 5),
                Attach
            )
            {
                Breaks = ["queues.007", "queues.037"],
            },
            new(
                "event consumer backwards",
                "monitor.register-access",
                "is an index the queue cannot have now",
                new ExtraWrite(EventqCons.Offset, 0x5),
                Fault
            )
            {
                Breaks = ["queues.018"],
            },
            new(
                "changed again before its acknowledge",
                "monitor.register-access",
                "written again before its last update was acknowledged",
                new FieldFlipped(Cr0.Offset, 1 << 2, _ => false),
                Probe
            )
            {
                Options = new()
                {
                    Machine = new() { Smmus = [], AckDelay = 50 },
                },
                Breaks = ["registers.021", "registers.032"],
            },
            new(
                "table attributes while enabled",
                "monitor.register-access",
                "SMMU_CR1 = 0xd3f written while",
                new ExtraWrite(Cr1.Offset, 0xd3f),
                Attach
            )
            {
                Breaks = ["registers.042", "registers.043"],
            },
            new(
                "PRI queue without PRI",
                "monitor.register-access",
                "NoRegister",
                new ExtraWrite(PriqBase.Offset, 0x1000),
                Attach
            )
            {
                Breaks = ["pri.008"],
            },
            new(
                "PRI queue moved while it is on",
                "monitor.register-access",
                "while Priqen",
                new ExtraWrite(PriqBase.Offset, 0x1000),
                Attach
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["pri.010", "pri.013"],
            },
            new(
                "VMW changed",
                "monitor.cached-registers",
                "SMMU_CR0.VMW of SMMU 0 was changed, and when the operation ends no CMD_TLBI_NSNH_ALL",
                new ExtraWrite(Cr0.Offset, 0x5f),
                Attach
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["vmid.015", "tlb.064", "tlb.073"],
            },
            new(
                "VMW changed during an invalidation",
                "monitor.cached-registers",
                "while an invalidation is under way",
                new SyncsHeldBack(Cr0.Offset, 0x5f),
                Unmap
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["commands.012"],
            },
            new(
                "E2H changed",
                "monitor.cached-registers",
                "SMMU_CR2.E2H of SMMU 0 was changed, and when translation is enabled no CMD_TLBI_EL2_ALL",
                new FieldFlipped(Cr2.Offset, 1, opcode => opcode == (byte)CommandOpcode.TlbiEl2All),
                Probe
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["registers.004", "tlb.067"],
            },
            new(
                "ATSCHK changed",
                "monitor.cached-registers",
                "SMMU_CR0.ATSCHK of SMMU 0 was changed, and when the operation ends no CMD_CFGI_ALL",
                new ExtraWrite(Cr0.Offset, 0x0f),
                Attach
            )
            {
                Profile = Profiles.Maximal,
                Breaks = ["ats.035", "ats.066", "ats.073"],
            },
        ];
}
