using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Which of the permissions that a Translation Request asks for its completion grants (§13.7, §13.7.1).</summary>
/// <param name="Request">The request.</param>
/// <param name="Privileged">The privilege as which it is checked.</param>
/// <param name="Instruction">INSTCFG in effect.</param>
internal readonly record struct AtsGrants(AtsRequest Request, bool Privileged, InstCfg Instruction)
{
    /// <summary>The completion's R, W and Exe for what both stages permit; a stage that is not there permits all.</summary>
    public AtsCompletion Of(Permissions stage1, Permissions stage2)
    {
        // 1. What the tables say for this privilege.
        var both = stage1 & stage2;
        var readable = Allows(both, Permissions.PrivilegedRead);
        var executable = Allows(both, Permissions.PrivilegedExecute);

        // 2. Where every read is a fetch, R is X; where none is, X is R; else Exe needs both. §13.7.1
        var (read, execute) = Instruction switch
        {
            InstCfg.Instruction => (executable, executable),
            InstCfg.Data => (readable, readable),
            _ => (readable, readable && executable),
        };

        // 3. A request that will not write makes nothing dirty, so it gets W only where all is dirty already. §13.7
        var clean = ((stage1 | stage2) & Permissions.Clean) != 0;
        return new AtsCompletion
        {
            Read = read,
            Write = Allows(both, Permissions.PrivilegedWrite) && !(Request.NoWrite && clean),
            Execute = execute && Request.Execute && Request.SubstreamValid,
        };
    }

    private bool Allows(Permissions granted, Permissions wanted) =>
        PermissionRules.GrantsAny(granted, wanted, Privileged);
}
