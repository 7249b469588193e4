using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Which points of a sweep a profile takes, where all points on all profiles would take too long: profiles that are alike in what
/// matters share them, so that together they have each. A run of one profile has that profile's points.
/// </summary>
internal readonly record struct ProfileShare(int Number, int Of)
{
    /// <summary>The share of a profile among those that are like it.</summary>
    /// <param name="profile">The profile; all points are its own if it is none of the catalogue's.</param>
    /// <param name="isLike">Which others are like it.</param>
    public static ProfileShare Among(Profile profile, Func<Profile, bool> isLike)
    {
        var alike = CaseProfiles.All.Where(isLike).ToList();
        var number = alike.FindIndex(other => other.Name == profile.Name);
        return number < 0 ? new(0, 1) : new(number, alike.Count);
    }

    /// <summary>The share of a profile where so many neighbours in the catalogue have all points between them.</summary>
    public static ProfileShare InTurn(Profile profile, int of) =>
        CaseProfiles.All.IndexOf(profile) is var number and >= 0 ? new(number % of, of) : new(0, 1);

    /// <summary>True if the profile takes the point.</summary>
    public bool Has(int point) => point % Of == Number;
}
