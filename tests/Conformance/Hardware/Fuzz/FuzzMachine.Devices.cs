using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

// What devices do: transactions, translated ones, requests for translations and for pages.
internal sealed partial class FuzzMachine
{
    private void Access()
    {
        var transaction = new Transaction
        {
            Stream = unchecked(
                (uint)(_random.OneIn(20) ? _random.Next() : (ulong)_random.Below(8))
            ),
            SubstreamValid = _random.OneIn(3),
            Substream = (uint)_random.Below(_random.OneIn(10) ? 1 << 20 : 8),
            Address = Address(),
            Write = _random.OneIn(3),
            Instruction = _random.OneIn(8),
            Privileged = _random.OneIn(3),
            Kind = _random.OneIn(4) ? (TransactionKind)_random.Below(11) : 0,
            Attributes = MemoryAttributes.Of(
                unchecked((byte)_random.Next()),
                (Shareability)_random.Below(4)
            ),
            NoSnoop = _random.OneIn(8),
            Speculative = _random.OneIn(8),
        };
        Did($"{transaction}");

        var translation = _smmu.Access(transaction);

        var ending =
            translation.Result == TranslationResult.Faulted
                ? $"{(EventId)translation.Event.Id}"
                : $"{translation.Result}";
        Endings[ending] = Endings.GetValueOrDefault(ending) + 1;
        Require(_fetches <= MostFetches, $"{_fetches} structures were read for one access");
        Require(
            !translation.Passed
                || translation.Address.Value >> _smmu.Profile.OutputAddressBits == 0,
            $"{translation.Address} is beyond the output size"
        );
        Require(
            translation.Result == TranslationResult.Faulted || !translation.RecordEvent,
            "an event without a fault"
        );
        Require(
            !transaction.Speculative || !translation.RecordEvent,
            "an event of a speculative access"
        );
    }

    // A device that does not ask, and says that it did.
    private void Translated()
    {
        var transaction = new Transaction
        {
            Stream = (uint)_random.Below(8),
            Address = Address(),
            Write = _random.OneIn(3),
            SubstreamValid = _random.OneIn(3),
            Substream = (uint)_random.Below(8),
            Translated = true,
            NoSnoop = _random.OneIn(4),
        };
        Did($"{transaction}");
        var translation = _smmu.Access(transaction);
        Require(
            !translation.Passed
                || translation.Address.Value >> _smmu.Profile.OutputAddressBits == 0,
            $"{translation.Address} is beyond the output size"
        );
    }

    // What is granted is at least a unit, and what grants nothing is no more than one.
    private void Request()
    {
        var request = new AtsRequest
        {
            Stream = (uint)_random.Below(8),
            Address = Address(),
            NoWrite = _random.OneIn(3),
            SubstreamValid = _random.OneIn(3),
            Substream = (uint)_random.Below(8),
            Execute = _random.OneIn(3),
            Privileged = _random.OneIn(3),
        };
        Did($"{request}");
        var completion = _smmu.Request(request);
        Require(_fetches <= MostFetches, $"{_fetches} structures were read for one request");
        if (completion.Status != AtsStatus.Success)
            return;
        var unit = _smmu.Profile.SmallestGranule.PageShift;
        Require(
            completion.Grants ? completion.Size >= unit : completion.Size == unit,
            $"{completion} with an STU of 2^{unit}"
        );
        Require(
            completion.Address >> _smmu.Profile.OutputAddressBits == 0,
            $"{completion} is beyond the output size"
        );
        Require(!completion.Execute || request.Execute, $"{completion} grants what was not asked");
    }

    private void RequestPage()
    {
        var request = PriQueueEntry.FromWords([_random.Word(), _random.Word()]);
        Did($"{request}");
        _smmu.RequestPage(request);
        if (_random.OneIn(4))
            _smmu.Write32(
                _smmu.Profile.Located(PriqCons.Offset),
                _smmu.Read32(_smmu.Profile.Located(PriqProd.Offset))
            );
    }
}
