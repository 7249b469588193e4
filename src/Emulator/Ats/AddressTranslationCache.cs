using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// A PCIe device with a translation cache, which keeps every translation until it is told to forget it, and asks for those
/// that it does not have (§3.9.1).
/// </summary>
/// <param name="smmu">The SMMU it is behind.</param>
/// <param name="own">Its StreamID.</param>
public sealed class AddressTranslationCache(Smmu smmu, StreamId own) : IAtsDevice
{
    private readonly List<Held> _held = [];
    private readonly List<PageResponse> _responses = [];

    /// <summary>
    /// ATS is on at the device. Off, it neither asks nor uses what it has, but keeps it: nobody says that it must forget.
    /// </summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>False: invalidations are never answered, and time out.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Invalidations that reached it, in order.</summary>
    public List<AtcInv> Invalidations { get; } = [];

    /// <summary>The translations that it holds, and what it asked for.</summary>
    public IEnumerable<(AtsRequest Request, AtsCompletion Completion)> Translations =>
        _held.Select(held => (held.Request, held.Completion));

    /// <summary>Answers to its page requests, in order.</summary>
    public IReadOnlyList<PageResponse> Responses => _responses;

    /// <summary>Asks the SMMU, and keeps what is granted. With ATS off it does not ask, and has no answer.</summary>
    public AtsCompletion Request(AtsRequest request)
    {
        if (!IsEnabled)
            return new AtsCompletion { Status = AtsStatus.UnsupportedRequest };
        var completion = smmu.Request(request with { Stream = own });
        if (completion is { Status: AtsStatus.Success, Grants: true })
            _held.Add(new Held(request, completion));
        return completion;
    }

    /// <summary>It holds a translation of an address.</summary>
    public bool Holds(Iova address, SubstreamId? pasid = null) => Find(address, pasid) is not null;

    /// <summary>Accesses an address by the translation it holds; null if it holds none that permits it.</summary>
    public Translation? Access(Iova address, bool write = false, SubstreamId? pasid = null)
    {
        if (
            !IsEnabled
            || Find(address, pasid) is not { } held
            || !(write ? held.Completion.Write : held.Completion.Read)
        )
            return null;
        var inside = (1ul << held.Completion.Size) - 1;
        var start = held.Completion.Address & ~inside;
        return smmu.Access(
            new Transaction
            {
                Stream = own,
                Address = start | (address.Value & inside),
                Write = write,
                Translated = true,
                SubstreamValid = pasid is not null,
                Substream = pasid ?? default,
            }
        );
    }

    /// <inheritdoc/>
    public bool Owns(StreamId stream) => stream == own;

    /// <inheritdoc/>
    public bool Invalidate(in AtcInv invalidation)
    {
        Invalidations.Add(invalidation);
        if (!Answers)
            return false;
        var copy = invalidation;
        _held.RemoveAll(held => Covers(in copy, held));
        return true;
    }

    /// <inheritdoc/>
    public void Respond(in PageResponse response) => _responses.Add(response);

    // Size 52 and more is everything; Global reaches every PASID. §4.5.1
    private static bool Covers(in AtcInv invalidation, Held held)
    {
        var request = held.Request;
        var pasid = invalidation.SSV
            ? request.SubstreamValid
                && (invalidation.Global || request.Substream == invalidation.SubstreamID)
            : !request.SubstreamValid;
        if (!pasid || invalidation.Size >= 52)
            return pasid;
        var shift = Math.Max(12 + invalidation.Size, (int)held.Completion.Size);
        return request.Address.Value >> shift == invalidation.Address.Value >> shift;
    }

    private Held? Find(Iova address, SubstreamId? pasid) =>
        _held.FindLast(held =>
            held.Request.SubstreamValid == pasid is not null
            && (pasid is null || held.Request.Substream == pasid)
            && held.Request.Address.Value >> held.Completion.Size
                == address.Value >> held.Completion.Size
        );

    private sealed record Held(AtsRequest Request, AtsCompletion Completion);
}
