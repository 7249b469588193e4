using System.Globalization;
using SmmuConformance.Architecture;

namespace SmmuConformance.Bench.Qemu;

/// <summary>What QEMU traces of translations: the only place where it tells the output address. It is written before a request is answered.</summary>
internal sealed class TranslationLog : IDisposable
{
    private readonly StreamReader _reader;

    /// <summary>Reads a file that grows.</summary>
    public TranslationLog(string path) =>
        _reader = new(
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite)
        );

    /// <summary>Forgets what was traced so far.</summary>
    public void Skip()
    {
        while (_reader.ReadLine() is not null) { }
    }

    /// <summary>What the first translation since then came to.</summary>
    /// <param name="stream">Of which stream.</param>
    /// <param name="write">The access was a write.</param>
    public QemuAccess Next(StreamId stream, bool write)
    {
        while (_reader.ReadLine() is { } line)
        {
            if (ValueOf(line, "sid=0x") != stream.Value)
                continue;
            if (line.StartsWith("smmuv3_translate_success", StringComparison.Ordinal))
            {
                // Who asks is refused by the memory beyond if the translation is for other accesses.
                var passes = (ValueOf(line, "perm=0x") & (write ? 2u : 1)) != 0;
                return passes ? new(true, ValueOf(line, "translated=0x") ?? 0) : default;
            }
            if (
                line.StartsWith("smmuv3_translate_bypass", StringComparison.Ordinal)
                || line.StartsWith("smmuv3_translate_disable", StringComparison.Ordinal)
            )
                return new(true, ValueOf(line, "iova:0x") ?? 0);
        }
        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static ulong? ValueOf(string line, string name)
    {
        var at = line.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
            return null;
        at += name.Length;
        var end = line.IndexOf(' ', at);
        return ulong.TryParse(
            end < 0 ? line.AsSpan(at) : line.AsSpan(at, end - at),
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : null;
    }
}
