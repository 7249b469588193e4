using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a CMD_CFGI_* must remove, and not one entry more (§4.3).</summary>
internal readonly struct ConfigurationScope
{
    /// <summary>First stream.</summary>
    public uint First { get; private init; }

    /// <summary>Last stream.</summary>
    public uint Last { get; private init; }

    /// <summary>STEs go.</summary>
    public bool Stes { get; private init; }

    /// <summary>Level 1 stream table descriptors on the way to the streams go.</summary>
    public bool L1Stds { get; private init; }

    /// <summary>CDs go: all of the streams, or the one at <see cref="Index"/>.</summary>
    public bool Cds { get; private init; }

    /// <summary>Level 1 context descriptors go: all of the streams, or those on the way to <see cref="Index"/>.</summary>
    public bool L1Cds { get; private init; }

    /// <summary>Index of the one CD meant; null for all.</summary>
    public uint? Index { get; private init; }

    /// <summary>The scope of a command; null if it is no invalidation of configuration.</summary>
    public static ConfigurationScope? Of(in Command command)
    {
        switch ((CommandOpcode)command.Opcode)
        {
            // The STE with every CD fetched through it; Leaf spares level 1 descriptors of streams. §4.3.1
            case CommandOpcode.CfgiSte:
            {
                var c = command.As<CfgiSte>();
                return new ConfigurationScope
                {
                    First = c.StreamID.Value,
                    Last = c.StreamID.Value,
                    Stes = true,
                    L1Stds = !c.Leaf,
                    Cds = true,
                    L1Cds = true,
                };
            }

            // The same for an aligned group of streams, level 1 descriptors included. §4.3.2
            case CommandOpcode.CfgiSteRange:
            {
                var c = command.As<CfgiSteRange>();
                var low = c.Range == 31 ? uint.MaxValue : (2u << c.Range) - 1;
                return new ConfigurationScope
                {
                    First = c.StreamID.Value & ~low,
                    Last = c.StreamID.Value | low,
                    Stes = true,
                    L1Stds = true,
                    Cds = true,
                    L1Cds = true,
                };
            }

            // One CD of one stream; Leaf spares the level 1 descriptor. §4.3.3
            case CommandOpcode.CfgiCd:
            {
                var c = command.As<CfgiCd>();
                return new ConfigurationScope
                {
                    First = c.StreamID.Value,
                    Last = c.StreamID.Value,
                    Cds = true,
                    L1Cds = !c.Leaf,
                    Index = c.SubstreamID.Value,
                };
            }

            // Every CD of one stream. §4.3.4
            case CommandOpcode.CfgiCdAll:
            {
                var stream = command.As<CfgiCdAll>().StreamID.Value;
                return new ConfigurationScope
                {
                    First = stream,
                    Last = stream,
                    Cds = true,
                    L1Cds = true,
                };
            }

            default:
                return null;
        }
    }

    /// <summary>A stream is meant.</summary>
    public bool Covers(ulong stream) => stream >= First && stream <= Last;

    /// <summary>A level 1 stream table descriptor is on the way to a stream that is meant.</summary>
    public bool CoversL1Std(CacheKey key)
    {
        var split = (int)key.Tag;
        return L1Stds && key.Place >= First >> split && key.Place <= Last >> split;
    }

    /// <summary>A CD is meant.</summary>
    public bool CoversCd(CacheKey key) =>
        Cds && Covers(key.Tag) && (Index is not { } index || key.Place == index);

    /// <summary>A level 1 context descriptor is meant.</summary>
    public bool CoversL1Cd(CacheKey key)
    {
        var leafBits = (int)(key.Place & 0xff);
        return L1Cds
            && Covers(key.Tag)
            && (Index is not { } index || key.Place >> 8 == index >> leafBits);
    }
}
