using System.Runtime.CompilerServices;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Which commands of the Non-secure queue this SMMU refuses or ignores (§4). Where the manual leaves a choice the
/// harsher one is taken: a reserved bit is an error, and a parameter out of range makes the command do nothing.
/// </summary>
internal static class CommandRules
{
    /// <summary>Judges a command in the state the SMMU is in.</summary>
    public static CommandVerdict Judge(in Command command, SmmuState state)
    {
        if (LayoutCatalogue.Command(command.Opcode) is not { } layout)
            return CommandVerdict.Illegal("no command has this opcode");
        if (((command.Word0 & layout.Reserved(0)) | (command.Word1 & layout.Reserved(1))) != 0)
            return CommandVerdict.Illegal("a bit is set that is RES0");
        return JudgeKnown(command, state);
    }

    private static CommandVerdict JudgeKnown(in Command command, SmmuState state)
    {
        var (idr0, idr1, idr3) = (state.Profile.IDR0, state.Profile.IDR1, state.Profile.IDR3);
        return (CommandOpcode)command.Opcode switch
        {
            // A fault of the part, not of the command.
            CommandOpcode.PrefetchConfig
            or CommandOpcode.PrefetchAddr
                when state.Profile.Quirks.HasFlag(Quirks.RefusesPrefetch) => CommandVerdict.Illegal(
                "this part refuses every prefetch"
            ),
            CommandOpcode.PrefetchConfig => Prefetch(command.As<PrefetchConfig>(), idr1),
            CommandOpcode.PrefetchAddr => Prefetch(command.As<PrefetchAddr>(), state.Profile),
            CommandOpcode.CfgiSte => ForStream(command, idr1),
            CommandOpcode.CfgiSteRange => ForRange(command, idr1),
            CommandOpcode.CfgiCd => Needs(idr0.S1P)
                .Or(ForStream(command, idr1))
                .Or(InRange(command.As<CfgiCd>().SubstreamID, idr1)),
            CommandOpcode.CfgiCdAll => Needs(idr0.S1P).Or(ForStream(command, idr1)),
            CommandOpcode.CfgiVmsPidm => Needs(idr3.MPAM).Or(NonSecure(command)),
            CommandOpcode.TlbiNhAll
            or CommandOpcode.TlbiNhAsid
            or CommandOpcode.TlbiNhVa
            or CommandOpcode.TlbiNhVaa => Needs(idr0.S1P).Or(TlbiRules.Judge(command, state)),
            CommandOpcode.TlbiEl2All
            or CommandOpcode.TlbiEl2Asid
            or CommandOpcode.TlbiEl2Va
            or CommandOpcode.TlbiEl2Vaa => Needs(idr0.Hyp).Or(TlbiRules.Judge(command, state)),
            CommandOpcode.TlbiS12Vmall or CommandOpcode.TlbiS2Ipa => Needs(idr0.S2P)
                .Or(TlbiRules.Judge(command, state)),
            CommandOpcode.TlbiNsnhAll => CommandVerdict.Legal,
            CommandOpcode.AtcInv => AtcInvalidation(command.As<AtcInv>(), state),
            CommandOpcode.PriResp => PageResponse(command.As<PriResp>(), state),
            CommandOpcode.Resume or CommandOpcode.StallTerm => Needs(
                    idr0.STALL_MODEL != StallModel.TerminateOnly
                )
                .Or(ForStream(command, idr1)),
            CommandOpcode.Sync => Synchronization(command.As<Sync>(), state.Profile),
            CommandOpcode.DptiAll or CommandOpcode.DptiPa => Needs(idr3.DPT),
            _ => CommandVerdict.Illegal("it does not belong in the Non-secure queue"),
        };
    }

    // What is needed tells why as it stands here: it is written once.
    private static CommandVerdict Needs(
        bool feature,
        [CallerArgumentExpression(nameof(feature))] string why = ""
    ) => feature ? CommandVerdict.Legal : CommandVerdict.Illegal(why);

    // SSec stands at bit 10 in every command that has it (§4.1.6).
    private static CommandVerdict NonSecure(in Command command) =>
        Needs(!command.As<CfgiSte>().SSec);

    // StreamID stands at [63:32] in every command that has it.
    private static CommandVerdict ForStream(in Command command, Idr1 idr1) =>
        NonSecure(command).Or(InRange(command.As<CfgiSte>().StreamID, idr1));

    private static CommandVerdict ForRange(in Command command, Idr1 idr1)
    {
        var range = command.As<CfgiSteRange>();
        return range.IsAll ? NonSecure(command) : ForStream(command, idr1);
    }

    private static CommandVerdict InRange(StreamId stream, Idr1 idr1) =>
        (ulong)stream.Value >> idr1.SIDSIZE == 0
            ? CommandVerdict.Legal
            : CommandVerdict.WithoutEffect(
                "4.1.7",
                "StreamID has more bits than SMMU_IDR1.SIDSIZE"
            );

    private static CommandVerdict InRange(SubstreamId substream, Idr1 idr1) =>
        (ulong)substream.Value >> idr1.SSIDSIZE == 0
            ? CommandVerdict.Legal
            : CommandVerdict.WithoutEffect(
                "4.1.7",
                "SubstreamID has more bits than SMMU_IDR1.SSIDSIZE"
            );

    private static CommandVerdict Prefetch(PrefetchConfig command, Idr1 idr1) =>
        ForStream(Command.From(command), idr1)
            .Or(
                command.SSV
                    ? idr1.SSIDSIZE == 0
                        ? CommandVerdict.WithoutEffect("4.2", WithoutSubstreams)
                        : InRange(command.SubstreamID, idr1)
                    : CommandVerdict.Legal
            );

    private static CommandVerdict Prefetch(PrefetchAddr command, Profile profile) =>
        // NS belongs to the Secure queue, Stride to SMMUv3.1 (§4.2.2).
        Needs(!command.NS && (command.Stride == 0 || profile.AIDR.ArchMinorRev > 0))
            .Or(
                Prefetch(
                    new PrefetchConfig
                    {
                        SSec = command.SSec,
                        SSV = command.SSV,
                        SubstreamID = command.SubstreamID,
                        StreamID = command.StreamID,
                    },
                    profile.IDR1
                )
            );

    private static CommandVerdict AtcInvalidation(AtcInv command, SmmuState state) =>
        Needs(state.Profile.IDR0.ATS && command.Size <= 52)
            .Or(Operational(state, "4.5.1"))
            .Or(InRange(command.StreamID, state.Profile.IDR1))
            .Or(WithPasid(command.SSV, command.SubstreamID, state.Profile.IDR1, "4.5.1"));

    private static CommandVerdict PageResponse(PriResp command, SmmuState state) =>
        Needs(state.Profile.IDR0.PRI && command.Resp <= PriResponse.Success)
            .Or(Operational(state, "4.5.2"))
            .Or(InRange(command.StreamID, state.Profile.IDR1))
            .Or(WithPasid(command.SSV, command.SubstreamID, state.Profile.IDR1, "4.5.2"));

    private static CommandVerdict Operational(SmmuState state, string clause) =>
        state.Enabled
            ? CommandVerdict.Legal
            : CommandVerdict.WithoutEffect(clause, "SMMU_CR0.SMMUEN is 0");

    private static CommandVerdict WithPasid(
        bool valid,
        SubstreamId substream,
        Idr1 idr1,
        string clause
    ) =>
        !valid ? CommandVerdict.Legal
        : idr1.SSIDSIZE == 0 ? CommandVerdict.WithoutEffect(clause, WithoutSubstreams)
        : InRange(substream, idr1);

    private const string WithoutSubstreams = "SSV is set, but SMMU_IDR1.SSIDSIZE is 0";

    private static CommandVerdict Synchronization(Sync sync, Profile profile) =>
        // Without MSIs the fields of one are ignored. §4.7.3
        sync.CS == CompletionSignal.Irq
        && profile.IDR0.MSI
            ? Needs(AddressFits(sync.MSIAddress.Value, profile.AIDR.ArchMinorRev))
            : Needs(sync.CS <= CompletionSignal.Sev);

    /// <summary>False if a physical or intermediate address uses bits that the version reserves (§4.1.6).</summary>
    public static bool AddressFits(ulong address, byte minor) =>
        minor switch
        {
            0 => address >> 48 == 0,
            <= 3 => address >> 52 == 0,
            _ => true,
        };
}
