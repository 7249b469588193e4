using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Software that asks the SMMU what an address would be, by the GATOS registers (§9).</summary>
internal sealed class AtosScene
{
    /// <summary>The stream that is asked about.</summary>
    public static readonly StreamId Nic = 0xd;

    /// <summary>A page of it.</summary>
    public static readonly Iova Here = 0x10_0000;

    /// <summary>The IPA between the stages.</summary>
    public static readonly Ipa Middle = 0x2_4000_0000;

    /// <summary>Where the page is.</summary>
    public static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>The scene on a machine that is changed.</summary>
    public AtosScene(Profile profile, Func<MachineOptions, MachineOptions>? change = null) =>
        Rig = new TranslationRig(profile, change ?? (options => options));

    /// <summary>The hardware.</summary>
    public TranslationRig Rig { get; }

    /// <summary>Stage 1 with the page mapped.</summary>
    public (TestTables Tables, PhysicalAddress Cd) Attach(
        Func<Cd, Cd>? adjust = null,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var attached = Rig.Attach(Nic, adjust: adjust, adjustEntry: adjustEntry);
        attached.Tables.Map(Here, Data);
        return attached;
    }

    /// <summary>Both stages with the page mapped.</summary>
    public (TestTables Tables, Stage2Tables Second, PhysicalAddress Cd) AttachNested(
        Func<Cd, Cd>? adjust = null,
        Func<Ste, Ste>? adjustEntry = null
    )
    {
        var attached = Rig.AttachNested(Nic, adjust: adjust, adjustEntry: adjustEntry);
        attached.Tables.Map(Here, Middle.Value);
        attached.Second.Map(Middle, Data);
        return attached;
    }

    /// <summary>Writes the request and starts it.</summary>
    public void Start(GatosAddr what, StreamId? stream = null, uint? substream = null)
    {
        Rig.Smmu.Write64(
            GatosSid.Offset,
            new GatosSid
            {
                STREAMID = stream ?? Nic,
                SSID_VALID = substream is not null,
                SUBSTREAMID = substream ?? 0,
            }.Word(0)
        );
        Rig.Smmu.Write64(GatosAddr.Offset, what.Word(0));
        Rig.Smmu.Write32(GatosCtrl.Offset, 1);
    }

    /// <summary>Asks, and waits for the answer.</summary>
    public ulong Ask(GatosAddr what, StreamId? stream = null, uint? substream = null)
    {
        Start(what, stream, substream);
        for (var turn = 0; turn < 64; turn++)
            if ((Rig.Smmu.Read32(GatosCtrl.Offset) & 1) == 0)
                return Result;
        throw new Xunit.Sdk.XunitException("GATOS_CTRL.RUN was not cleared in 64 turns");
    }

    /// <summary>GATOS_PAR.</summary>
    public ulong Result => Rig.Smmu.Read64(GatosPar.Offset);

    /// <summary>A read of the page, unprivileged.</summary>
    public static GatosAddr Read(AtosType type, Iova? address = null) =>
        new()
        {
            TYPE = type,
            RnW = true,
            ADDR = address ?? Here,
        };

    /// <summary>The result is this page: address and size by hand from §6.3.40, and nothing was recorded.</summary>
    public void IsPage(ulong result, PhysicalAddress address, int shift)
    {
        Assert.True((result & 1) == 0, $"expected an address, was {Told(result)}");
        var size = shift > 12 ? 1ul << (shift - 1) : 0;
        Assert.Equal(address.Value | size, result & 0x00ff_ffff_ffff_f000);
        Assert.Equal(shift > 12, (result >> 11 & 1) != 0);
        Assert.Empty(Rig.TakeEvents());
    }

    /// <summary>The result is this error, and nothing was recorded.</summary>
    public void IsError(
        ulong result,
        AtosFaultCode code,
        AtosReason reason = AtosReason.Stage1OrOther,
        Ipa page = default
    )
    {
        Assert.True((result & 1) == 1, $"expected {code}, was the address 0x{result:x}");
        var fault = GatosParFault.FromWords([result]);
        Assert.Equal((code, reason, page), (fault.FAULTCODE, fault.REASON, fault.FADDR));
        Assert.Empty(Rig.TakeEvents());
    }

    /// <summary>Why a profile has no operations of both stages; null if it has.</summary>
    public static string? CannotNest(Profile profile) =>
        profile.IDR0.ATOS ? Needs.BothStages(profile) : "SMMU_IDR0.ATOS is 0";

    private static string Told(ulong result) => GatosParFault.FromWords([result]).ToString()!;
}
