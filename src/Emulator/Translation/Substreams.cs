using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a stage 1 stream does with a transaction's SubstreamID, or with its lack of one.</summary>
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
    /// <summary>Chooses the CD of a transaction whose STE enables stage 1.</summary>
    public static SubstreamChoice Select(in SteEntry entry, in Transaction access, out uint index)
    {
        index = access.SubstreamValid ? access.Substream.Value : 0;

        // 1. A SubstreamID needs substreams, and a CD. §7.3.9
        if (access.SubstreamValid)
        {
            if (!entry.Substreams || index >> entry.Ste.S1CDMax != 0)
                return SubstreamChoice.OutOfRange;

            // 2. SubstreamID 0 is gone where CD 0 serves those without. §7.3.7
            return index == 0 && entry.Ste.S1DSS == S1Dss.Substream0
                ? SubstreamChoice.Disabled
                : SubstreamChoice.Context;
        }

        // 3. Without one, and with a single CD, that CD is meant. §5.2, S1CDMax
        if (!entry.Substreams)
            return SubstreamChoice.Context;

        // 4. Otherwise S1DSS says; its Reserved value terminates. §5.2, S1DSS
        return entry.Ste.S1DSS switch
        {
            S1Dss.Bypass => SubstreamChoice.Bypass,
            S1Dss.Substream0 => SubstreamChoice.Context,
            _ => SubstreamChoice.Disabled,
        };
    }
}
