using System.Runtime.InteropServices;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>A range of addresses that a TLB must forget.</summary>
/// <param name="Address">First address.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Level">Level of the leaves that mapped it; 3 where tables have gone.</param>
/// <param name="Leaf">Only leaves have changed; otherwise tables have gone, with all below them.</param>
internal readonly record struct ForgottenRange(Iova Address, ulong Bytes, int Level, bool Leaf);

/// <summary>Ranges in ascending order; neighbours of one kind are one.</summary>
internal sealed class ForgottenRanges
{
    private readonly List<ForgottenRange> _ranges = [];

    /// <summary>All of them.</summary>
    public ReadOnlySpan<ForgottenRange> All => CollectionsMarshal.AsSpan(_ranges);

    /// <summary>Adds one behind the others.</summary>
    public void Add(ForgottenRange range)
    {
        if (_ranges.Count > 0)
        {
            var last = _ranges[^1];
            if (
                last.Leaf == range.Leaf
                && last.Level == range.Level
                && last.Address + last.Bytes == range.Address
            )
            {
                _ranges[^1] = last with { Bytes = last.Bytes + range.Bytes };
                return;
            }
        }

        _ranges.Add(range);
    }
}
