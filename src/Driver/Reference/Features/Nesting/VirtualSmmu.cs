using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What a guest sees of one SMMU: its devices by the guest's numbers, on top of one stage 2, under one VMID.</summary>
internal sealed class VirtualSmmu
{
    private readonly IdPool _vmids;

    // Read for each command of the guest, while others come and go.
    private readonly ConcurrentDictionary<StreamId, Master> _devices = [];

    private VirtualSmmu(
        VirtualSmmuHandle handle,
        SmmuDevice smmu,
        Stage2Domain parent,
        Vmid vmid,
        IdPool vmids
    )
    {
        Handle = handle;
        Smmu = smmu;
        Parent = parent;
        Vmid = vmid;
        _vmids = vmids;
        parent.Hold();
    }

    /// <summary>The caller's name for it.</summary>
    public VirtualSmmuHandle Handle { get; }

    /// <summary>The SMMU behind it.</summary>
    public SmmuDevice Smmu { get; }

    /// <summary>The stage 2 below its guest.</summary>
    public Stage2Domain Parent { get; }

    /// <summary>
    /// Tag of all its guest's translations. Nobody else has it, so what a guest invalidates is its own; and an ASID of the
    /// guest needs no look.
    /// </summary>
    public Vmid Vmid { get; }

    /// <summary>How many nested domains stand on it.</summary>
    public int Domains { get; set; }

    /// <summary>Its guest has devices or domains.</summary>
    public bool IsInUse => Domains > 0 || !_devices.IsEmpty;

    /// <summary>Makes a virtual SMMU.</summary>
    /// <returns><see cref="ErrorClass.NotSupported"/>, <see cref="ErrorClass.Invalid"/>, <see cref="ErrorClass.NoSpace"/>.</returns>
    public static Outcome<VirtualSmmu> Create(
        VirtualSmmuHandle handle,
        Master master,
        Stage2Domain parent,
        TagPools pools
    )
    {
        var smmu = master.Smmu;
        if (!smmu.Features.Nesting || !IsCoherent(parent, master))
            return ErrorClass.NotSupported;
        if (!parent.IsNestParent || !parent.CanWalk(smmu.Features))
            return ErrorClass.Invalid;
        var vmids = pools.Of(smmu);
        if (vmids.Take(smmu.Features.VmidBits) is not { } vmid)
            return ErrorClass.NoSpace;
        return new VirtualSmmu(handle, smmu, parent, new Vmid((ushort)vmid), vmids);
    }

    /// <summary>Gives its VMID back: nothing is tagged with it since the last device left.</summary>
    public void Free()
    {
        Parent.LetGo();
        _vmids.Return(Vmid.Value);
    }

    /// <summary>Tells under which number the guest knows a device.</summary>
    public Outcome Add(Master master, StreamId number)
    {
        if (master.Smmu != Smmu || !IsCoherent(Parent, master))
            return ErrorClass.Invalid;
        if (master.Streams.Length != 1)
            return ErrorClass.NotSupported;
        if (master.Guest is not null || !_devices.TryAdd(number, master))
            return ErrorClass.AlreadyExists;
        master.Guest = new GuestIdentity(this, number);
        return Outcome.Done;
    }

    /// <summary>The guest knows a device no more.</summary>
    public Outcome Remove(Master master)
    {
        if (master.Guest?.Smmu != this)
            return ErrorClass.NotFound;
        if (master.Domain is NestedDomain { Translates: true })
            return ErrorClass.Busy;
        Forget(master);
        return Outcome.Done;
    }

    /// <summary>A device goes.</summary>
    public void Forget(Master master)
    {
        if (master.Guest?.Smmu != this)
            return;
        _devices.TryRemove(master.Guest.Number, out _);
        master.Guest = null;
    }

    /// <summary>The device that the guest means.</summary>
    public bool TryFind(StreamId number, [NotNullWhen(true)] out Master? master) =>
        _devices.TryGetValue(number, out master);

    // A guest may choose memory types that get around the caches, unless stage 2 or the device's way to memory overrules it.
    private static bool IsCoherent(Stage2Domain parent, Master master) =>
        parent.Table.Format.Stage == TableStage.Stage2ForcedWriteBack || master.IsAlwaysCoherent;
}

/// <summary>Under which number which guest knows a device.</summary>
/// <param name="Smmu">The guest's SMMU.</param>
/// <param name="Number">The guest's StreamID.</param>
internal sealed record GuestIdentity(VirtualSmmu Smmu, StreamId Number);
