using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>What a device can be given.</summary>
public enum DomainShape
{
    /// <summary>No domain.</summary>
    None,

    /// <summary>A blocked domain.</summary>
    Blocked,

    /// <summary>An identity domain.</summary>
    Identity,

    /// <summary>A stage 1 domain.</summary>
    Stage1,

    /// <summary>A stage 1 domain that notes what is written.</summary>
    Stage1Dirty,

    /// <summary>A stage 2 domain.</summary>
    Stage2,

    /// <summary>A stage 2 domain that guests may stand on.</summary>
    NestParent,

    /// <summary>A guest that translates.</summary>
    Guest,

    /// <summary>A guest that bypasses.</summary>
    GuestBypass,

    /// <summary>A guest that aborts.</summary>
    GuestAbort,

    /// <summary>No domain, and one under a PASID.</summary>
    NoneWithPasid,

    /// <summary>An identity domain, and one under a PASID.</summary>
    IdentityWithPasid,

    /// <summary>A stage 1 domain, and one under a PASID.</summary>
    Stage1WithPasid,

    /// <summary>A process under a PASID.</summary>
    Process,
}

/// <summary>A device that can be given one thing after the other, where hardware and driver have it.</summary>
internal sealed class KindScene(TestBench bench, bool ats)
{
    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10u;

    /// <summary>The PASID of domains that are attached under one.</summary>
    public static readonly SubstreamId Pasid = 3u;

    private const byte SubstreamBits = 4;
    private const ulong Mair = 0x0000_0000_0004_44ff;

    // V, Config 0b101, S1ContextPtr; S1CIR and S1COR write-back, S1CSH inner; EATS.
    private static readonly ulong s_word0 = 0x4000_000bul;
    private static readonly ulong s_word1 = 1ul << 2 | 1ul << 4 | 3ul << 6;

    private readonly Device _device = bench.AddDevice(
        new MasterDescription
        {
            Name = "nic",
            Streams = [Stream],
            Ats = ats,
            SubstreamBits = SubstreamBits,
            CanWriteBackNonSnooped = true,
        }
    );
    private bool _hasPasid;
    private VirtualSmmuHandle? _guest;

    /// <summary>What the guest says, if there is one.</summary>
    public Ste? GuestEntry { get; private set; }

    /// <summary>Gives the device a shape; false if hardware or driver does not have it.</summary>
    public bool TryGive(DomainShape shape)
    {
        if (_hasPasid)
            bench.Must(bench.DetachPasid(_device, Pasid));
        _hasPasid = false;
        GuestEntry = null;
        if (shape is DomainShape.None or DomainShape.NoneWithPasid or DomainShape.Process)
            bench.Detach(_device);
        else if (TryMake(shape) is not { } domain || !bench.Attach(_device, domain).IsDone)
            return false;
        switch (shape)
        {
            case DomainShape.NoneWithPasid
            or DomainShape.IdentityWithPasid
            or DomainShape.Stage1WithPasid:
                if (
                    bench.Driver.Facet<IPasidAttach>() is null
                    || bench.TryPagingDomain(DomainStage.Stage1, [0]) is not { IsDone: true } under
                )
                    return false;
                _hasPasid = bench.AttachPasid(_device, Pasid, under.Value).IsDone;
                return _hasPasid;
            case DomainShape.Process:
                return bench.Driver.Facet<ISharedAddressing>() is not null
                    && bench
                        .Bind(
                            _device,
                            new ProcessSpace(
                                new ProcessId(1),
                                0x4_0000_0000,
                                PageBytes(bench.Smmu.Profile),
                                InputBits: 39,
                                OutputBits: 32,
                                Mair
                            )
                        )
                        .IsDone;
            default:
                return true;
        }
    }

    private static ulong PageBytes(Profile profile) =>
        profile.IDR5.GRAN4K ? 0x1000ul
        : profile.IDR5.GRAN16K ? 0x4000ul
        : 0x1_0000ul;

    private DomainHandle? TryMake(DomainShape shape)
    {
        var made = shape switch
        {
            DomainShape.Blocked => bench.CreateDomain(new() { Kind = DomainKind.Blocked }),
            DomainShape.Identity or DomainShape.IdentityWithPasid => bench.CreateDomain(
                new() { Kind = DomainKind.Identity }
            ),
            DomainShape.Stage1 or DomainShape.Stage1WithPasid => bench.TryPagingDomain(
                DomainStage.Stage1,
                [0]
            ),
            DomainShape.Stage1Dirty => bench.CreateDomain(
                new()
                {
                    Kind = DomainKind.Paging,
                    Stage = DomainStage.Stage1,
                    Smmus = [bench.Handle],
                    DirtyTracking = true,
                }
            ),
            DomainShape.Stage2 => bench.TryPagingDomain(DomainStage.Stage2, [0]),
            DomainShape.NestParent => bench.TryNestParent(0),
            _ => TryNested(shape),
        };
        return made.IsDone ? made.Value : null;
    }

    private Outcome<DomainHandle> TryNested(DomainShape shape)
    {
        if (bench.Driver.Facet<INesting>() is null)
            return ErrorClass.NotSupported;
        if (_guest is null)
        {
            var parent = bench.TryNestParent(0);
            if (!parent.IsDone)
                return parent;
            var guest = bench.CreateGuest(_device, parent.Value);
            if (!guest.IsDone)
                return guest.Error;
            bench.Must(bench.AddVirtualDevice(guest.Value, _device, 0x777u));
            _guest = guest.Value;
        }
        var (word0, word1) = shape switch
        {
            DomainShape.Guest => (s_word0, s_word1),
            DomainShape.GuestBypass => (1ul | (ulong)SteConfig.Bypass << 1, 0ul),
            _ => (1ul, 0ul),
        };
        GuestEntry = new Ste([word0, word1, 0, 0, 0, 0, 0, 0]);
        return bench.CreateNested(_guest.Value, word0, word1);
    }
}
