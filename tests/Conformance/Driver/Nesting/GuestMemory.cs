using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Memory of a guest or a process: so many bytes from an IPA on, which the host has mapped somewhere.</summary>
internal sealed class GuestMemory
{
    private readonly TestBench _bench;
    private readonly PhysicalAddress _host;
    private readonly Ipa _first;
    private ulong _used;

    /// <summary>Bytes it has.</summary>
    public const ulong Bytes = 0x80_0000;

    /// <summary>Where the guest sees it.</summary>
    public static readonly Ipa Start = 0x4000_0000;

    /// <summary>Maps it into a stage 2 domain.</summary>
    public GuestMemory(TestBench bench, DomainHandle parent, PhysicalAddress host)
    {
        (_bench, _host, _first) = (bench, host, Start);
        bench.Must(bench.Map(parent, Start.Value, host, Bytes));
    }

    /// <summary>Memory without a stage 2 below it: an IPA is where it is.</summary>
    public GuestMemory(TestBench bench, PhysicalAddress host) =>
        (_bench, _host, _first) = (bench, host, host.Value);

    /// <summary>The next free IPA, zeroed.</summary>
    public Ipa Allocate(ulong bytes, ulong alignment = 64)
    {
        _used = (_used + alignment - 1) & ~(alignment - 1);
        var at = _first + _used;
        _used += bytes;
        Assert.InRange(_used, 0ul, Bytes);
        return at;
    }

    /// <summary>Where the host has an IPA.</summary>
    public PhysicalAddress HostOf(Ipa at) => _host + (at.Value - _first.Value);

    /// <summary>Stores a word.</summary>
    public void Write(Ipa at, ulong value) => _bench.Machine.Memory.Write64(HostOf(at), value);

    /// <summary>Loads a word; zero where nothing was stored.</summary>
    public ulong Read(Ipa at) =>
        _bench.Machine.Memory.TryRead64(HostOf(at), out var word) ? word : 0;

    /// <summary>Stores a structure.</summary>
    public void Store<T>(Ipa at, T value)
        where T : struct, ILayout<T>
    {
        for (var i = 0; i < T.Layout.WordCount; i++)
            Write(at + 8ul * (ulong)i, value.Word(i));
    }
}
