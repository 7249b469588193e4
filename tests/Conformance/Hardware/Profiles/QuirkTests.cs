using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>A fault of a part is where it can do harm, and a driver can know of it.</summary>
public sealed class QuirkTests
{
    /// <summary>Where a quirk matters, and who tells of it.</summary>
    public sealed record Row(Quirks Quirk)
    {
        /// <summary>What an SMMU must have for the quirk to matter.</summary>
        public Func<Profile, bool> Matters { get; init; } = _ => true;

        /// <summary>Only firmware tells of it; otherwise SMMU_IIDR does.</summary>
        public bool ToldByFirmware { get; init; }

        public override string ToString() => Quirk.ToString();
    }

    private static readonly Row[] Quirky =
    [
        new(Quirks.LosesWakeEvents) { Matters = p => p.IDR0.SEV },
        new(Quirks.MissesNestedEntries) { Matters = p => p.BothStages },
        new(Quirks.MissesBroadcasts) { Matters = p => p.IDR0.BTM },
        new(Quirks.LosesUnsyncedCommands),
        new(Quirks.SurvivesOneInvalidation) { ToldByFirmware = true },
        new(Quirks.RefusesPrefetch) { ToldByFirmware = true },
        new(Quirks.WidensMessages) { Matters = p => p.IDR0.MSI, ToldByFirmware = true },
        new(Quirks.PageZeroOnly) { ToldByFirmware = true },
        new(Quirks.SharesInterrupt) { ToldByFirmware = true },
    ];

    public static TheoryData<Row> Rows => [.. Quirky];

    [Fact]
    public void Every_quirk_is_listed_here() =>
        Assert.Equal(
            Enum.GetValues<Quirks>().Where(quirk => quirk != Quirks.None),
            Quirky.Select(row => row.Quirk)
        );

    [Theory, MemberData(nameof(Rows))]
    public void A_profile_has_it_and_each_that_has_it_can_suffer_from_it(Row row)
    {
        var having = Profiles.All.Where(p => p.Quirks.HasFlag(row.Quirk)).ToList();

        Assert.NotEmpty(having);
        Assert.All(having, p => Assert.True(row.Matters(p), p.Name));
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_driver_can_know_of_it(Row row)
    {
        var having = Profiles.All.Where(p => p.Quirks.HasFlag(row.Quirk)).ToList();

        if (row.ToldByFirmware)
            Assert.All(having, p => Assert.NotEqual(SmmuModel.Generic, p.Model));
        else
            Assert.All(having, p => Assert.NotEqual(0u, p.IIDR.Value));
    }

    [Fact]
    public void A_model_that_firmware_names_has_a_quirk_and_one_profile()
    {
        var named = Profiles.All.Where(p => p.Model != SmmuModel.Generic).ToList();

        Assert.All(named, p => Assert.NotEqual(Quirks.None, p.Quirks));
        Assert.Equal(
            Enum.GetValues<SmmuModel>().Where(model => model != SmmuModel.Generic),
            named.Select(p => p.Model).Order()
        );
    }
}
