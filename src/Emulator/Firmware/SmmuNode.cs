using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What firmware says of one SMMU. It may contradict the ID registers, which know the part and not the system around it;
/// a driver believes firmware.
/// </summary>
public sealed record SmmuNode
{
    /// <summary>What the part is, where its ID registers do not tell.</summary>
    public SmmuModel Model { get; init; }

    /// <summary>
    /// The SMMU's own accesses (walks, structures, queues, MSIs) are coherent with the PEs' caches; counts instead of
    /// IDR0.COHACC.
    /// </summary>
    public bool Coherent { get; init; } = true;

    /// <summary>
    /// The flags that hardware may update in translation tables, counting instead of IDR0.HTTU; null: firmware has no
    /// say, and IDR0.HTTU counts.
    /// </summary>
    public HardwareUpdate? HardwareUpdate { get; init; }

    /// <summary>Bytes of register space, from page 0: 128 KiB hold both pages.</summary>
    public ulong RegisterBytes { get; init; } = RegisterMap.Bytes;

    /// <summary>How its interrupts are wired.</summary>
    public InterruptWiring Wiring { get; init; }

    /// <summary>Where its messages are to go; null: none are to be sent.</summary>
    public MsiDoorbell? Doorbell { get; init; }

    /// <summary>
    /// What honest firmware says of an SMMU of that kind, its interrupts wired. A test that wants firmware to be wrong, or
    /// to know better, changes it with <c>with</c>.
    /// </summary>
    public static SmmuNode Of(Profile profile) =>
        new()
        {
            Model = profile.Model,
            Coherent = profile.Coherent,
            RegisterBytes = profile.RegisterBytes,
            Wiring = profile.Quirks.HasFlag(Quirks.SharesInterrupt)
                ? InterruptWiring.Combined
                : InterruptWiring.Separate,
        };
}
