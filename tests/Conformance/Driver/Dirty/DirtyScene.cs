using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A device attached to a domain that is tracked, with some pages mapped and clean.</summary>
internal sealed class DirtyScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.DirtyTracking;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Where the domain maps; a multiple of every block size.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    /// <summary>What it maps there.</summary>
    public static readonly PhysicalAddress Target = 0x4_0000_0000;

    /// <summary>The device, attached, with pages mapped and tracking on.</summary>
    public DirtyScene(
        Profile profile,
        ulong pages = 16,
        bool ats = false,
        BenchOptions? options = null
    )
    {
        Bench = TestBench.Start(profile, options);
        Nic = Bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [Stream],
                Ats = ats,
            }
        );
        Domain = Bench.Must(Bench.TryTrackedDomain(0));
        Page = Bench.PageOf(Domain);
        Bench.Must(Bench.Attach(Nic, Domain));
        if (pages == 0)
            return;
        // One page off, so that no block fits.
        Bench.Must(Bench.Map(Domain, Window, Target + Page, pages * Page));
        Bench.Must(Bench.StartTracking(Domain));
    }

    /// <summary>Why a profile has no dirty state; null if it has.</summary>
    public static string? NoDirtyState(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.IDR0.HTTU < HardwareUpdate.AccessAndDirty ? "SMMU_IDR0.HTTU is below 0b10"
        : !SmmuNode.Of(profile).Coherent ? "the SMMU is not coherent"
        : null;

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>What it is attached to.</summary>
    public DomainHandle Domain { get; }

    /// <summary>Bytes of its smallest page.</summary>
    public ulong Page { get; }

    /// <summary>Input address of a page.</summary>
    public Iova At(ulong page) => Window + page * Page;

    /// <summary>Has the device write to pages.</summary>
    public void Write(params ulong[] pages)
    {
        foreach (var page in pages)
            Assert.True(
                Bench.Dma(Nic, At(page) + 8, write: true).Passed,
                $"page {page} must be writable"
            );
    }

    /// <summary>Has the device read pages.</summary>
    public void Read(params ulong[] pages)
    {
        foreach (var page in pages)
            Assert.True(Bench.Dma(Nic, At(page)).Passed, $"page {page} must be readable");
    }

    /// <summary>The pages reported as written, of so many.</summary>
    public ulong[] Dirty(bool clean, ulong first = 0, ulong pages = 16) =>
        [
            .. Bench
                .Must(Bench.ReadDirty(Domain, At(first), pages * Page, clean))
                .SelectMany(range =>
                    Enumerable
                        .Range(0, (int)(range.Bytes / Page))
                        .Select(n => (range.Address.Value - Window.Value) / Page + (ulong)n)
                ),
        ];

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
