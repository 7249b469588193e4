using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench.Qemu;

/// <summary>What QEMU writes of each translation: the only place where it tells an output address.</summary>
/// <param name="path">The log.</param>
internal sealed partial class TranslationLog(string path) : IDisposable
{
    private readonly FileStream _file = new(
        path,
        FileMode.Open,
        FileAccess.Read,
        FileShare.ReadWrite | FileShare.Delete
    );
    private readonly byte[] _buffer = new byte[1 << 14];

    /// <summary>Forgets what was written so far.</summary>
    public void Skip() => _file.Seek(0, SeekOrigin.End);

    /// <summary>Where the translation since the last time led that the access was let through; null: nowhere.</summary>
    /// <param name="write">The access is a write.</param>
    public PhysicalAddress? Take(bool write)
    {
        var text = new StringBuilder();
        for (int bytes; (bytes = _file.Read(_buffer)) > 0; )
            text.Append(Encoding.ASCII.GetString(_buffer, 0, bytes));
        PhysicalAddress? led = null;
        foreach (var line in text.ToString().Split('\n'))
        {
            var match = Passed().Match(line);
            if (match.Success)
            {
                // What is cached may allow less than the access asks.
                var allowed =
                    match.Groups["perm"] is not { Success: true } perm
                    || (Hex(perm.Value) & (write ? 2u : 1u)) != 0;
                led ??= allowed ? Hex(match.Groups["to"].Value) : null;
            }
        }
        return led;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ulong Hex(string digits) =>
        ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"smmuv3_translate_(?:success .*translated=0x(?<to>[0-9a-f]+) perm=0x(?<perm>[0-9a-f]+)|(?:bypass|disable) .*iova:0x(?<to>[0-9a-f]+))"
    )]
    private static partial Regex Passed();
}
