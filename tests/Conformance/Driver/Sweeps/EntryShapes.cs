using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Everything that a device's stream table entry can become by way of the contract.</summary>
public enum EntryShape : byte
{
    /// <summary>No domain.</summary>
    Detached,

    /// <summary>A blocked domain.</summary>
    Blocked,

    /// <summary>An identity domain.</summary>
    Identity,

    /// <summary>A stage 1 domain.</summary>
    Stage1,

    /// <summary>Another stage 1 domain.</summary>
    OtherStage1,

    /// <summary>No domain, and one under a PASID.</summary>
    DetachedWithPasid,

    /// <summary>A blocked domain, and one under a PASID.</summary>
    BlockedWithPasid,

    /// <summary>An identity domain, and one under a PASID.</summary>
    IdentityWithPasid,

    /// <summary>A stage 1 domain, and one under a PASID.</summary>
    Stage1WithPasid,

    /// <summary>A stage 2 domain.</summary>
    Stage2,

    /// <summary>Another stage 2 domain.</summary>
    OtherStage2,

    /// <summary>A guest that translates.</summary>
    Guest,

    /// <summary>A guest that bypasses.</summary>
    GuestBypass,

    /// <summary>A guest that aborts.</summary>
    GuestAbort,
}

/// <summary>A device that can be given any shape there is on its hardware.</summary>
internal sealed class ShapeScene : IDisposable
{
    private static readonly SubstreamId s_pasid = 3;

    private readonly GuestScene? _guests;
    private readonly Dictionary<EntryShape, DomainHandle> _domains = [];
    private readonly DomainHandle? _second;
    private bool _hasPasid;

    /// <summary>The device, detached, with everything that the profile and the driver have.</summary>
    public ShapeScene(Profile profile, bool ats)
    {
        const byte Bits = 4;
        if (GuestScene.CannotNest(profile) is null && Declares(GuestScene.Needs))
        {
            _guests = new GuestScene(profile, ats, substreamBits: Bits);
            (Bench, Nic) = (_guests.Bench, _guests.Nic);
        }
        else
        {
            Bench = TestBench.Start(profile);
            Nic = Bench.AddDevice(
                new MasterDescription
                {
                    Name = "nic",
                    Streams = [GuestScene.Stream],
                    Ats = ats,
                    SubstreamBits = Bits,
                }
            );
        }

        Shapes = [.. Enum.GetValues<EntryShape>().Where(shape => IsThere(shape, profile))];
        foreach (var shape in Shapes)
            if (shape != EntryShape.Detached)
                _domains[shape] = Make(shape);
        if (Shapes.Contains(EntryShape.Stage1WithPasid))
            _second = Bench.Stage1Domain();
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>The shapes there are.</summary>
    public IReadOnlyList<EntryShape> Shapes { get; }

    /// <summary>Gives the device a shape, by as many operations as it takes, each told when it has ended.</summary>
    public void Become(EntryShape shape, Action<Ste, Ste> changed)
    {
        var pasid = HasPasid(shape);
        // A device with PASIDs in use gets nothing of stage 2.
        if (_hasPasid && !pasid)
            Step(() => Bench.DetachPasid(Nic, s_pasid), changed);
        Step(
            () =>
                shape is EntryShape.Detached or EntryShape.DetachedWithPasid
                    ? Bench.Detach(Nic)
                    : Bench.Attach(Nic, _domains[shape]),
            changed
        );
        if (!_hasPasid && pasid)
            Step(() => Bench.AttachPasid(Nic, s_pasid, _second!.Value), changed);
        _hasPasid = pasid;
    }

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();

    private void Step(
        Func<SmmuConformance.Driver.Contract.Outcome> operation,
        Action<Ste, Ste> changed
    )
    {
        var before = Bench.SteOf(Nic.Stream);
        var outcome = operation();
        // What is detached twice is detached.
        if (outcome.Error == ErrorClass.NotFound)
            return;
        Bench.Must(outcome);
        changed(before, Bench.SteOf(Nic.Stream));
    }

    private DomainHandle Make(EntryShape shape) =>
        shape switch
        {
            EntryShape.Blocked or EntryShape.BlockedWithPasid => Bench.BlockedDomain(),
            EntryShape.Identity or EntryShape.IdentityWithPasid => Bench.IdentityDomain(),
            EntryShape.Stage2 or EntryShape.OtherStage2 => Bench.PagingDomain(
                DomainStage.Stage2,
                [0]
            ),
            EntryShape.Guest => _guests!.Nested(_guests.Space),
            EntryShape.GuestBypass => Nested(1ul | (ulong)SteConfig.Bypass << 1),
            EntryShape.GuestAbort => Nested(1ul),
            EntryShape.DetachedWithPasid => default,
            _ => Bench.Stage1Domain(),
        };

    private DomainHandle Nested(ulong word0) =>
        Bench.Must(Bench.CreateNested(_guests!.Guest, word0, 0));

    private bool IsThere(EntryShape shape, Profile profile) =>
        shape switch
        {
            EntryShape.Detached => true,
            EntryShape.Blocked => Declares(Capabilities.Blocked),
            EntryShape.Identity => Declares(Capabilities.Identity),
            EntryShape.Stage1 or EntryShape.OtherStage1 => profile.IDR0.S1P
                && Declares(Capabilities.Stage1),
            EntryShape.Stage2 or EntryShape.OtherStage2 => profile.IDR0.S2P
                && Declares(Capabilities.Stage2),
            EntryShape.Guest or EntryShape.GuestBypass or EntryShape.GuestAbort => _guests
                is not null,
            _ => PasidScene.NoSubstreams(profile) is null
                && Declares(PasidScene.Needs | StreamScene.Needs),
        };

    private static bool HasPasid(EntryShape shape) =>
        shape
            is EntryShape.DetachedWithPasid
                or EntryShape.BlockedWithPasid
                or EntryShape.IdentityWithPasid
                or EntryShape.Stage1WithPasid;

    private static bool Declares(Capabilities needed) =>
        (Subject.Description.Capabilities & needed) == needed;
}
