using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>What caches keep of SMMU_CR0 and SMMU_CR2 is forgotten when it changes, and no command is caught in between.</summary>
public sealed class CachedRegisters : MonitorRule
{
    private readonly Dictionary<int, Side> _sides = [];

    /// <inheritdoc/>
    public override string Id => "monitor.cached-registers";

    /// <inheritdoc/>
    public override string Clause => "§4.1.2, §6.3.9.1, §6.3.9.2, §6.3.12.3, §16.2.2";

    /// <inheritdoc/>
    public override string Sentence =>
        "After a change of CR0.VMW, CR0.ATSCHK or CR2.E2H the entries that were made under the old value are invalidated before the SMMU translates or the operation ends, and no invalidation is under way meanwhile.";

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        var side = SideOf(smmu);
        var state = Monitor.Machine.Smmus[smmu].Inside.State;
        if (offset == Cr2.Offset && new Cr2(value).E2H != state.Cr2.E2H)
            Change(smmu, "SMMU_CR2.E2H", Debt.Hypervisor | Debt.Configuration);
        if (offset != Cr0.Offset)
            return;
        var (old, now) = (state.Cr0, new Cr0(value));
        if (now.VMW != old.VMW)
            Change(smmu, "SMMU_CR0.VMW", Debt.Guests);
        // While the SMMU is off nothing new gets into a cache: what was forgotten since then counts.
        if (now.ATSCHK != old.ATSCHK && (old.SMMUEN || !side.HasForgotten))
            Change(smmu, "SMMU_CR0.ATSCHK", Debt.Configuration);
        if (now.SMMUEN && !old.SMMUEN)
            Complain(smmu, "when translation is enabled");
        if (!now.SMMUEN && old.SMMUEN)
            side.HasForgotten = false;
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error != CommandError.None)
            return;
        var side = SideOf(smmu);
        if (command.Is<Sync>())
        {
            side.Owed &= ~side.Given;
            side.HasForgotten |= side.Given.HasFlag(Debt.Configuration);
            side.Given = Debt.None;
            side.IsInvalidating = false;
            return;
        }
        side.IsInvalidating |=
            (CommandOpcode)command.Opcode
                is >= CommandOpcode.TlbiNhAll
                    and <= CommandOpcode.TlbiNsnhAll;
        side.Given |=
            command.Is<TlbiEl2All>() ? Debt.Hypervisor
            : command.Is<TlbiNsnhAll>() ? Debt.Guests
            : IsCfgiAll(in command) ? Debt.Configuration
            : Debt.None;
    }

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        if (Monitor.IsUnconfirmed)
            return;
        foreach (var smmu in _sides.Keys)
            // What is owed while the SMMU is off is asked for when it is turned on.
            if (Monitor.Machine.Smmus[smmu].Inside.State.Cr0.SMMUEN)
                Complain(smmu, "when the operation ends");
    }

    private void Change(int smmu, string field, Debt debt)
    {
        var side = SideOf(smmu);
        var hardware = Monitor.Machine.Smmus[smmu];
        if (side.IsInvalidating && hardware.State.Cr0.CMDQEN)
            Violate(
                $"{field} changes while an invalidation is under way: whether it has the old meaning or the new one is UNPREDICTABLE; CMD_SYNC comes first"
            );
        // Without a hypervisor's StreamWorld there are no entries of it, nor a command for them.
        side.Owed |= hardware.Profile.IDR0.Hyp ? debt : debt & ~Debt.Hypervisor;
        side.Field = field;
        side.Given = Debt.None;
    }

    private void Complain(int smmu, string when)
    {
        var side = SideOf(smmu);
        if (side.Owed == Debt.None)
            return;
        Violate(
            $"{side.Field} of SMMU {smmu} was changed, and {when} no {Remedy(side.Owed)} with a CMD_SYNC has followed: entries made under the old value are still used"
        );
        side.Owed = Debt.None;
    }

    private static string Remedy(Debt owed) =>
        owed.HasFlag(Debt.Hypervisor) ? "CMD_TLBI_EL2_ALL"
        : owed.HasFlag(Debt.Guests) ? "CMD_TLBI_NSNH_ALL"
        : "CMD_CFGI_ALL";

    private static bool IsCfgiAll(in Command command) =>
        command.Is<CfgiSteRange>() && command.As<CfgiSteRange>().IsAll;

    private Side SideOf(int smmu) =>
        _sides.TryGetValue(smmu, out var side) ? side : _sides[smmu] = new();

    [Flags]
    private enum Debt : byte
    {
        None = 0,
        Configuration = 1,
        Guests = 2,
        Hypervisor = 4,
    }

    private sealed class Side
    {
        public Debt Owed { get; set; }
        public Debt Given { get; set; }
        public string Field { get; set; } = "";
        public bool IsInvalidating { get; set; }

        // CMD_CFGI_ALL has completed since translation was last turned off.
        public bool HasForgotten { get; set; }
    }
}
