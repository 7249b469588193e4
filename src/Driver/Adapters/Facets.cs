using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters;

/// <summary>Which optional interface goes with which capability.</summary>
public static class Facets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<(Type Type, Capabilities Capability)> All { get; } =
    [
        (typeof(IPower), Capabilities.Power),
        (typeof(IPasidAttach), Capabilities.PasidAttach),
        (typeof(IAuxiliaryDomains), Capabilities.AuxiliaryDomains),
        (typeof(ISharedAddressing), Capabilities.SharedAddressing),
        (typeof(IPageFaults), Capabilities.PageFaults),
        (typeof(ICoherencyEnforcement), Capabilities.CoherencyEnforcement),
        (typeof(IDirtyTracking), Capabilities.DirtyTracking),
        (typeof(INesting), Capabilities.Nesting),
    ];

    /// <summary>An optional interface of a driver that implements all of them and offers some.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="offered">The capabilities whose operations it has.</param>
    /// <returns>The driver, or null if it does not offer that.</returns>
    internal static T? Of<T>(ISmmuDriver driver, Capabilities offered)
        where T : class
    {
        foreach (var (type, capability) in All)
            if (type == typeof(T))
                return (offered & capability) != 0 ? driver as T : null;
        return null;
    }

    /// <summary>The capabilities whose interfaces a driver has.</summary>
    public static Capabilities OfferedBy(ISmmuDriver driver)
    {
        var offered = Capabilities.None;
        Add<IPower>();
        Add<IPasidAttach>();
        Add<IAuxiliaryDomains>();
        Add<ISharedAddressing>();
        Add<IPageFaults>();
        Add<ICoherencyEnforcement>();
        Add<IDirtyTracking>();
        Add<INesting>();
        return offered;

        void Add<T>()
            where T : class
        {
            if (driver.Facet<T>() is not null)
                offered |= All.First(facet => facet.Type == typeof(T)).Capability;
        }
    }
}
