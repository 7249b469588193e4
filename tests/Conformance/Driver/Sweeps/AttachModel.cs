using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>One thing that can be done to the device.</summary>
public enum AttachStep : byte
{
    /// <summary>Attach an identity domain.</summary>
    Identity,

    /// <summary>Attach a blocked domain.</summary>
    Blocked,

    /// <summary>Attach a stage 1 domain.</summary>
    Stage1,

    /// <summary>Attach a stage 2 domain.</summary>
    Stage2,

    /// <summary>Attach a guest's stage 1.</summary>
    Nested,

    /// <summary>Attach a domain under a PASID.</summary>
    SetPasid,

    /// <summary>Take the PASID away.</summary>
    ClearPasid,

    /// <summary>Detach.</summary>
    Detach,
}

/// <summary>
/// What the contract says of a device to which things are attached in any order: what it has, what it may get, and where its
/// accesses end.
/// </summary>
/// <param name="Main">What was attached last and not detached; null if nothing.</param>
/// <param name="Pasid">A domain is under the PASID.</param>
internal readonly record struct AttachModel(AttachStep? Main, bool Pasid)
{
    /// <summary>True if the driver must do it; else it must refuse it and change nothing.</summary>
    public bool Allows(AttachStep step) =>
        step switch
        {
            // A stage 2 leaves no room for PASIDs, nor PASIDs for a stage 2.
            AttachStep.Stage2 or AttachStep.Nested => !Pasid,
            AttachStep.SetPasid => !Pasid && Main is not (AttachStep.Stage2 or AttachStep.Nested),
            AttachStep.ClearPasid => Pasid,
            AttachStep.Detach => Main is not null,
            _ => true,
        };

    /// <summary>What is so afterwards.</summary>
    public AttachModel After(AttachStep step) =>
        !Allows(step)
            ? this
            : step switch
            {
                AttachStep.SetPasid => this with { Pasid = true },
                AttachStep.ClearPasid => this with { Pasid = false },
                AttachStep.Detach => this with { Main = null },
                _ => this with { Main = step },
            };
}

/// <summary>A device, one domain for each step, and a page of each at a place of its own.</summary>
internal sealed class AttachModelScene : IDisposable
{
    private static readonly SubstreamId s_pasid = 3;
    private static readonly PhysicalAddress s_stage1 = 0x6_0000_0000;
    private static readonly PhysicalAddress s_stage2 = 0x6_1000_0000;
    private static readonly PhysicalAddress s_substream = 0x6_2000_0000;

    private readonly GuestScene _guests;
    private readonly Dictionary<AttachStep, DomainHandle> _domains;

    /// <summary>The device, detached.</summary>
    public AttachModelScene(Profile profile, bool ats)
    {
        _guests = new GuestScene(profile, ats, substreamBits: 4);
        _domains = new()
        {
            [AttachStep.Identity] = Bench.IdentityDomain(),
            [AttachStep.Blocked] = Bench.BlockedDomain(),
            [AttachStep.Stage1] = Mapped(Bench.Stage1Domain(), s_stage1),
            [AttachStep.Stage2] = Mapped(Bench.PagingDomain(DomainStage.Stage2, [0]), s_stage2),
            [AttachStep.Nested] = _guests.Nested(_guests.Space, ats),
            [AttachStep.SetPasid] = Mapped(Bench.Stage1Domain(), s_substream),
        };
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench => _guests.Bench;

    /// <summary>Where the model says that the device is.</summary>
    public AttachModel Model { get; private set; }

    /// <summary>Does it, and fails the case unless the answer and what accesses meet are the model's.</summary>
    public void Do(AttachStep step, string history)
    {
        var outcome = step switch
        {
            AttachStep.SetPasid => Bench.AttachPasid(
                _guests.Nic,
                s_pasid,
                _domains[AttachStep.SetPasid]
            ),
            AttachStep.ClearPasid => Bench.DetachPasid(_guests.Nic, s_pasid),
            AttachStep.Detach => Bench.Detach(_guests.Nic),
            _ => Bench.Attach(_guests.Nic, _domains[step]),
        };
        var allowed = Model.Allows(step);
        // Who detaches twice may be told that nothing was there, or that it is gone.
        if (step != AttachStep.Detach || allowed)
            Assert.True(
                outcome.IsDone == allowed,
                $"{history}: {step} must be {(allowed ? "done" : "refused")}, but is {outcome}"
            );
        Model = Model.After(step);
        Check(history);
    }

    /// <summary>Back to the start.</summary>
    public void Reset()
    {
        Bench.DetachPasid(_guests.Nic, s_pasid);
        Bench.Detach(_guests.Nic);
        Model = default;
    }

    /// <inheritdoc/>
    public void Dispose() => _guests.Dispose();

    private void Check(string history)
    {
        PhysicalAddress? main = Model.Main switch
        {
            AttachStep.Identity => GuestScene.Here.Value,
            AttachStep.Stage1 => s_stage1,
            AttachStep.Stage2 => s_stage2,
            AttachStep.Nested => _guests.Memory.HostOf(_guests.Data),
            AttachStep.Blocked => null,
            _ => Bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass
                ? GuestScene.Here.Value
                : null,
        };
        Must(null, main, history);
        Must(s_pasid, Model.Pasid ? s_substream : null, history);
        // Refused accesses are told, and wait where hardware makes them wait.
        Bench.ServeInterrupts();
        Bench.Machine.Run();
    }

    private void Must(SubstreamId? pasid, PhysicalAddress? place, string history)
    {
        var access = Bench.Dma(_guests.Nic, GuestScene.Here, pasid: pasid);
        Assert.True(
            access.Passed == place is not null && (place is null || access.Address == place),
            $"{history}: an access {(pasid is null ? "without a PASID" : "under the PASID")} must {(place is null ? "be refused" : $"end at {place}")}, but met {WarmScene.Text(access)}"
        );
    }

    private DomainHandle Mapped(DomainHandle domain, PhysicalAddress place)
    {
        Bench.Must(Bench.Map(domain, GuestScene.Here, place, Bench.PageOf(domain)));
        return domain;
    }
}
