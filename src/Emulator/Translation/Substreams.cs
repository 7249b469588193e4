using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a stream does with a transaction's SubstreamID, or with its lack of one.</summary>
internal enum SubstreamChoice : byte
{
    /// <summary>Translate through the CD at the index.</summary>
    Context,

    /// <summary>Skip stage 1.</summary>
    Bypass,

    /// <summary>C_BAD_SUBSTREAMID.</summary>
    OutOfRange,

    /// <summary>F_STREAM_DISABLED.</summary>
    Disabled,
}

/// <summary>S1CDMax and S1DSS (§5.2).</summary>
internal static class Substreams
{
    /// <summary>The record of a choice that ends a transaction; null if it goes on.</summary>
    public static EventRecord? Refusal(SubstreamChoice choice, in Transaction access) =>
        choice switch
        {
            SubstreamChoice.OutOfRange => EventRecords.BadSubstreamId(in access),
            SubstreamChoice.Disabled => EventRecords.StreamDisabled(in access),
            _ => null,
        };

    /// <summary>Chooses the CD of a transaction, if there is one for it.</summary>
    public static SubstreamChoice Select(in SteEntry entry, in Transaction access, out uint index)
    {
        index = access.SubstreamValid ? access.Substream.Value : 0;

        // 1. Without stage 1 there are none. §7.3.9
        if (!entry.Ste.Stage1)
            return access.SubstreamValid ? SubstreamChoice.OutOfRange : SubstreamChoice.Bypass;

        // 2. A SubstreamID needs substreams, and a CD. §7.3.9
        if (access.SubstreamValid)
        {
            if (!entry.Substreams || index >> entry.Ste.S1CDMax != 0)
                return SubstreamChoice.OutOfRange;

            // 3. SubstreamID 0 is gone where CD 0 serves those without. §7.3.7
            return index == 0 && entry.Ste.S1DSS == S1Dss.Substream0
                ? SubstreamChoice.Disabled
                : SubstreamChoice.Context;
        }

        // 4. Without one, and with a single CD, that CD is meant. §5.2, S1CDMax
        if (!entry.Substreams)
            return SubstreamChoice.Context;

        // 5. Otherwise S1DSS says; its Reserved value terminates. §5.2, S1DSS
        return entry.Ste.S1DSS switch
        {
            S1Dss.Bypass => SubstreamChoice.Bypass,
            S1Dss.Substream0 => SubstreamChoice.Context,
            _ => SubstreamChoice.Disabled,
        };
    }
}
