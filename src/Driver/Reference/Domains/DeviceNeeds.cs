using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>What has to be invalidated at a device that caches translations.</summary>
internal static class DeviceNeeds
{
    /// <summary>An entry for each of its streams, in order; none while it has ATS off.</summary>
    public static IEnumerable<InvalidationEntry> Of(
        Master master,
        InvalidationKind kind,
        SubstreamId substream,
        bool ats
    ) =>
        ats
            ? master.Streams.Select(stream => new InvalidationEntry(
                master.Smmu,
                kind,
                stream.Value,
                substream
            ))
            : [];
}
