using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>The commands of what an SMMU is told.</summary>
internal static class ScenarioCommands
{
    private const ushort Asid = ScenarioImage.Asid;
    private const ushort Vmid = ScenarioImage.Vmid;

    /// <summary>The commands, a CMD_SYNC behind each.</summary>
    public static IEnumerable<Command> Of(Told told, Scenario scenario, ScenarioImage image) =>
        Plain(told, scenario, image)
            .SelectMany(command => new[] { command, Command.From(new Sync()) });

    private static IEnumerable<Command> Plain(Told told, Scenario scenario, ScenarioImage image)
    {
        var stream = ScenarioImage.Stream;
        Iova page = scenario.Address & ~0xffful;
        return told switch
        {
            Told.Nothing => [],
            Told.CfgiSte => [Command.From(new CfgiSte { StreamID = stream })],
            Told.CfgiCd => [Command.From(new CfgiCd { StreamID = stream })],
            Told.CfgiCdAll => [Command.From(new CfgiCdAll { StreamID = stream })],
            Told.CfgiAll => [Command.From(CfgiSteRange.All)],
            Told.NsnhAll => [Command.From(new TlbiNsnhAll())],
            Told.NhAll => [Command.From(new TlbiNhAll { VMID = new(Vmid) })],
            Told.NhAsid => [NhAsid(Asid)],
            Told.NhAsidOther => [NhAsid(Asid + 1)],
            Told.NhVa => [NhVa(page)],
            Told.NhVaa => [Command.From(new TlbiNhVaa { VMID = new(Vmid), Address = page })],
            Told.NhVaOther => [NhVa(page.Value ^ (1ul << (scenario.Bits1 - 1)))],
            Told.NhVaRange => [NhVaRange(scenario)],
            Told.S12Vmall => [Command.From(new TlbiS12Vmall { VMID = new(Vmid) })],
            Told.S12VmallOther => [Command.From(new TlbiS12Vmall { VMID = new(Vmid + 1) })],
            Told.S2IpaAndNhAll =>
            [
                Command.From(
                    new TlbiS2Ipa { VMID = new(Vmid), Address = new Ipa(image.Ipa & ~0xffful) }
                ),
                Command.From(new TlbiNhAll { VMID = new(Vmid) }),
            ],
            // Between two commands hardware may translate by an STE of before, and fetch a CD through what it still has of stage 2.
            _ =>
            [
                Command.From(CfgiSteRange.All),
                Command.From(new TlbiNsnhAll()),
                Command.From(CfgiSteRange.All),
                Command.From(new TlbiNsnhAll()),
            ],
        };
    }

    private static Command NhAsid(ushort asid) =>
        Command.From(new TlbiNhAsid { VMID = new(Vmid), ASID = new(asid) });

    private static Command NhVa(Iova address) =>
        Command.From(
            new TlbiNhVa
            {
                VMID = new(Vmid),
                ASID = new(Asid),
                Address = address,
            }
        );

    // Sixteen pages of the granule: NUM = 15, SCALE = 0.
    private static Command NhVaRange(Scenario scenario) =>
        Command.From(
            new TlbiNhVa
            {
                VMID = new(Vmid),
                ASID = new(Asid),
                Address = scenario.Address & ~((16ul << scenario.Page1) - 1),
                TG = (TlbiTg)((scenario.Page1 - 10) / 2),
                NUM = 15,
            }
        );
}
