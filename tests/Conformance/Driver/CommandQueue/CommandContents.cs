using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What stands in the commands of a whole life.</summary>
public sealed class CommandContents
{
    // In every command that has one, at the same place.
    private const ulong SSec = 1ul << 10;

    [Case(
        "cmdq.res0.clean",
        Level.Architecture,
        "commands.018",
        "config-cache.050",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Every_bit_that_a_command_reserves_is_zero(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Live();

        Assert.All(
            bench.CommandsSince(0),
            command =>
            {
                var layout = LayoutCatalogue.Command(command.Opcode);
                Assert.NotNull(layout);
                Assert.True((command.Word0 & layout.Reserved(0)) == 0, $"{command}");
                Assert.True((command.Word1 & layout.Reserved(1)) == 0, $"{command}");
            }
        );
    }

    [Case("cmdq.ssec.clear", Level.Architecture, "commands.019", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_command_names_a_Secure_stream(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Live();

        Assert.All(
            bench.CommandsSince(0),
            command => Assert.True((command.Word0 & SSec) == 0, $"{command}")
        );
    }

    [Case(
        "cmdq.opcode.legal-for-idr",
        Level.Architecture,
        "commands.052",
        "commands.005",
        "commands.006",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_command_needs_what_the_hardware_lacks(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Live();

        var all = bench.Trace.Since<CommandEntry>(0).ToList();
        Assert.DoesNotContain(all, entry => entry.Error != CommandError.None);
        Assert.All(
            all,
            entry =>
                Assert.True(
                    Lacks(entry.Command, profile) is null,
                    $"{entry.Command}: {Lacks(entry.Command, profile)}"
                )
        );
    }

    [Case(
        "cmdq.ids.in-range",
        Level.Architecture,
        "commands.021",
        "commands.028",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Identifiers_in_commands_fit_the_hardware(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Live();

        Assert.All(
            bench.CommandsSince(0),
            command =>
                Assert.True(
                    Misfit(command, profile) is null,
                    $"{command}: {Misfit(command, profile)}"
                )
        );
    }

    [Case("cmdq.address.fits", Level.Architecture, "commands.020", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Addresses_in_commands_use_no_bit_that_the_version_reserves(Profile profile)
    {
        var bits = profile.AIDR.ArchMinorRev switch
        {
            0 => 48,
            <= 3 => 52,
            _ => 56,
        };
        using var bench = TestBench.Create(profile);

        bench.Live();

        foreach (var command in bench.CommandsSince(0))
            if (command.Is<Sync>())
                Assert.True(command.As<Sync>().MSIAddress.Value >> bits == 0, $"{command}");
            else if (command.Is<TlbiS2Ipa>())
                Assert.True(command.As<TlbiS2Ipa>().Address.Value >> bits == 0, $"{command}");
    }

    private static string? Lacks(Command command, Profile profile)
    {
        var (idr0, idr3) = (profile.IDR0, profile.IDR3);
        return (CommandOpcode)command.Opcode switch
        {
            CommandOpcode.CfgiCd or CommandOpcode.CfgiCdAll when !idr0.S1P => "no stage 1",
            CommandOpcode.CfgiVmsPidm when !idr3.MPAM => "no MPAM",
            >= CommandOpcode.TlbiNhAll and <= CommandOpcode.TlbiNhVaa when !idr0.S1P =>
                "no stage 1",
            >= CommandOpcode.TlbiEl2All and <= CommandOpcode.TlbiEl2Vaa when !idr0.Hyp => "no EL2",
            CommandOpcode.TlbiS12Vmall or CommandOpcode.TlbiS2Ipa when !idr0.S2P => "no stage 2",
            CommandOpcode.AtcInv when !idr0.ATS => "no ATS",
            CommandOpcode.PriResp when !idr0.PRI => "no PRI",
            CommandOpcode.Resume
            or CommandOpcode.StallTerm when idr0.STALL_MODEL == StallModel.TerminateOnly =>
                "no stalls",
            _ => null,
        };
    }

    private static string? Misfit(Command command, Profile profile)
    {
        var opcode = (CommandOpcode)command.Opcode;
        if (opcode is CommandOpcode.CfgiSte or CommandOpcode.CfgiCd or CommandOpcode.CfgiCdAll)
        {
            // StreamID and SubstreamID stand at the same place in the three.
            var fields = command.As<CfgiCd>();
            if ((ulong)fields.StreamID.Value >> profile.IDR1.SIDSIZE != 0)
                return $"StreamID {fields.StreamID}";
            if (
                opcode == CommandOpcode.CfgiCd
                && fields.SubstreamID.Value >> profile.IDR1.SSIDSIZE != 0
            )
                return $"SubstreamID {fields.SubstreamID}";
        }

        if (opcode is >= CommandOpcode.TlbiNhAll and <= CommandOpcode.TlbiNhVaa)
        {
            var tags = command.As<TlbiNhVa>();
            if (
                tags.VMID.Value >> profile.VmidBits != 0
                || (!profile.IDR0.S2P && tags.VMID.Value != 0)
            )
                return $"VMID {tags.VMID}";
            if (tags.ASID.Value >> profile.AsidBits != 0)
                return $"ASID {tags.ASID}";
        }

        return null;
    }
}
