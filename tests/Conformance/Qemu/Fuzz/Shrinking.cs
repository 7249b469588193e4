namespace SmmuConformance.Conformance.Qemu;

/// <summary>Makes a scenario smaller as long as it shows what it shows.</summary>
internal static class Shrinking
{
    /// <summary>The smallest scenario that was found.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="shows">Whether another one still shows it.</param>
    public static Scenario Of(Scenario scenario, Func<Scenario, bool> shows)
    {
        for (var smaller = scenario; ; scenario = smaller)
        {
            smaller = Smaller(scenario).FirstOrDefault(shows) ?? scenario;
            if (smaller == scenario)
                return scenario;
        }
    }

    // The boldest first. Every one of them is smaller by some measure, so that it ends.
    private static IEnumerable<Scenario> Smaller(Scenario scenario)
    {
        for (var step = 0; step < scenario.Steps.Length; step++)
            if (scenario.Steps.Length > 1)
                yield return scenario with
                {
                    Steps = scenario.Steps.RemoveAt(step),
                };
        for (var change = 0; change < scenario.Changes.Length; change++)
            yield return scenario with
            {
                Changes = scenario.Changes.RemoveAt(change),
            };
        for (var step = 0; step < scenario.Steps.Length; step++)
            foreach (var simpler in Smaller(scenario.Steps[step]))
                yield return scenario with
                {
                    Steps = scenario.Steps.SetItem(step, simpler),
                };
        for (var i = 0; i < scenario.Changes.Length; i++)
            foreach (var simpler in Smaller(scenario.Changes[i]))
                yield return scenario with
                {
                    Changes = scenario.Changes.SetItem(i, simpler),
                };
        foreach (var plain in Plainer(scenario))
            if (plain != scenario)
                yield return plain;
    }

    private static IEnumerable<Happening> Smaller(Happening step)
    {
        if (step.Change is { } change)
        {
            yield return step with
            {
                Change = null,
            };
            foreach (var simpler in Smaller(change))
                yield return step with
                {
                    Change = simpler,
                };
        }
        if (step.Told != Told.Nothing)
            yield return step with
            {
                Told = Told.Nothing,
            };
        if (step.Told is not (Told.Nothing or Told.Everything))
            yield return step with
            {
                Told = Told.Everything,
            };
        if (step.Write)
            yield return step with
            {
                Write = false,
            };
        if (step.Flip != 0)
            yield return step with
            {
                Flip = 0,
            };
    }

    // One bit less at a time.
    private static IEnumerable<Change> Smaller(Change change)
    {
        for (var rest = change.Value; rest != 0; rest = Rest(rest))
            yield return change with
            {
                Value = change.Value & ~(rest ^ Rest(rest)),
            };
    }

    // All bits but the lowest.
    private static ulong Rest(ulong bits) => bits & (bits - 1);

    private static IEnumerable<Scenario> Plainer(Scenario scenario)
    {
        yield return scenario with
        {
            Upper = false,
            Address = scenario.Address & ((1ul << scenario.Bits1) - 1),
        };
        yield return scenario with
        {
            Page1 = 12,
            Bits1 = 39,
            Leaf1 = 3,
        };
        yield return scenario with
        {
            Page2 = 12,
            Bits2 = 40,
            Start2 = 1,
            Leaf2 = 3,
        };
        yield return scenario with
        {
            Leaf1 = 3,
        };
        yield return scenario with
        {
            Leaf2 = 3,
        };
        yield return scenario with
        {
            Output2 = 0x4800_0000,
        };
        yield return scenario with
        {
            Output1 = scenario.HasStage2 ? 1ul << (scenario.Bits2 - 1) : 0x4800_0000,
        };
        yield return scenario with
        {
            Address = scenario.Upper ? ~((1ul << scenario.Bits1) - 1) : 0,
        };
    }
}
