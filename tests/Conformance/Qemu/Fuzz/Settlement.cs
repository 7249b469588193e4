using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>
/// Whether an access must see memory as it is: where an SMMU was not told enough of a change, it may use what it has cached, or any mixture
/// of that and of what it fetches anew (§16.2).
/// </summary>
internal static class Settlement
{
    /// <summary>Whether it must, in a step of a scenario.</summary>
    public static bool Of(Scenario scenario, int step)
    {
        // A lie about its neighbours: what of them is used is anybody's choice (Arm ARM D8.7).
        if (scenario.AllChanges.Any(change => change.Field == nameof(Stage1Leaf.Contiguous)))
            return false;
        var retagged = scenario.AllChanges.Any(change =>
            change.Field is nameof(Ste.S2VMID) or nameof(Cd.ASID) or nameof(Stage1Leaf.nG)
        );
        var open = new HashSet<Part>();
        for (var i = 0; i <= step; i++)
        {
            var happening = scenario.Steps[i];
            if (happening.Change is { } change)
                open.Add(change.Part);
            open.RemoveWhere(part => Covers(happening.Told, part, retagged));
        }
        // Commands by address tell of the page of the scenario's address, and of no other.
        return open.Count == 0
            && (scenario.Steps[step].Flip < (1ul << 12) || !IsByAddress(scenario, step));
    }

    private static bool IsByAddress(Scenario scenario, int step) =>
        scenario
            .Steps.Take(step + 1)
            .Any(one =>
                one.Told is Told.NhVa or Told.NhVaa or Told.NhVaRange or Told.S2IpaAndNhAll
            );

    // Commands for a tag do not tell of what has another one.
    private static bool Covers(Told told, Part part, bool retagged) =>
        (told, part) switch
        {
            (Told.Everything, _) => true,
            (not Told.NsnhAll, _) when retagged => false,
            (
                Told.NsnhAll
                    or Told.S12Vmall,
                Part.Table1
                    or Part.Leaf1
                    or Part.Table2
                    or Part.Leaf2
            ) => true,
            (
                Told.NhAll
                    or Told.NhAsid
                    or Told.NhVa
                    or Told.NhVaa
                    or Told.NhVaRange
                    or Told.S2IpaAndNhAll,
                Part.Table1
                    or Part.Leaf1
            ) => true,
            (Told.S2IpaAndNhAll, Part.Table2 or Part.Leaf2) => true,
            _ => false,
        };
}
