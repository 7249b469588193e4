using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>How the descriptions of the contract look on the wire.</summary>
internal static class WireDescriptions
{
    public static void Write(this WireWriter to, DriverDescription it, Capabilities offered)
    {
        to.Text(it.Name);
        to.Text(it.Version);
        to.U32((uint)it.Capabilities);
        to.U32((uint)offered);
        to.U8((byte)it.Policies.AsidScope);
        to.U8((byte)it.Policies.VmidScope);
        to.U8((byte)it.Policies.UnattachedStreams);
        to.U8((byte)it.Policies.FlushMode);
        to.U8((byte)it.Policies.StreamTable);
        to.Flag(it.Policies.HearsBroadcasts);
        to.U16(it.Policies.FirstAsid);
        to.U8((byte)it.Observation);
    }

    public static (DriverDescription Description, Capabilities Offered) Description(
        this ref WireReader from
    )
    {
        var name = from.Text("the driver's name");
        var version = from.Text("the driver's version");
        var capabilities = (Capabilities)from.U32("capabilities");
        var offered = (Capabilities)from.U32("the capabilities that are offered");
        var policies = new Policies
        {
            AsidScope = from.Choice<TagScope>("the scope of ASIDs"),
            VmidScope = from.Choice<TagScope>("the scope of VMIDs"),
            UnattachedStreams = from.Choice<UnattachedStreams>("unattached streams"),
            FlushMode = from.Choice<FlushMode>("the flush mode"),
            StreamTable = from.Choice<StreamTableChoice>("the stream table"),
            HearsBroadcasts = from.Flag("whether broadcasts are heard"),
            FirstAsid = from.U16("the first ASID"),
        };
        var observation = from.Choice<Observation>("the observation");
        return (new(name, version, capabilities, policies, observation), offered);
    }

    public static void Write(this WireWriter to, SmmuFirmware it)
    {
        to.Flag(it.Coherent);
        to.U8((byte)it.Model);
        to.Flag(it.HardwareUpdate is not null);
        to.U8((byte)(it.HardwareUpdate ?? default));
        to.U64(it.RegisterBytes);
        to.Flag(it.MsiTarget is not null);
        to.U64(it.MsiTarget?.Doorbell.Value ?? 0);
        to.U32(it.MsiTarget?.EventQueueData ?? 0);
        to.U32(it.MsiTarget?.GlobalErrorData ?? 0);
        to.U32(it.MsiTarget?.PriQueueData ?? 0);
        to.Streams(it.BusyStreams);
    }

    public static SmmuFirmware Firmware(this ref WireReader from)
    {
        var coherent = from.Flag("coherent");
        var model = from.Choice<SmmuModel>("the model");
        var hasUpdate = from.Flag("whether hardware update is told");
        var update = from.Choice<HardwareUpdate>("hardware update");
        var bytes = from.U64("register bytes");
        var hasMsi = from.Flag("whether there is an MSI target");
        var msi = new MsiTarget(
            from.U64("doorbell"),
            from.U32("data of the event queue"),
            from.U32("data of the global error"),
            from.U32("data of the PRI queue")
        );
        return new()
        {
            Coherent = coherent,
            Model = model,
            HardwareUpdate = hasUpdate ? update : null,
            RegisterBytes = bytes,
            MsiTarget = hasMsi ? msi : null,
            BusyStreams = from.Streams("busy streams"),
        };
    }

    public static void Write(this WireWriter to, MasterDescription it)
    {
        to.Text(it.Name);
        to.Streams(it.Streams);
        to.U8(it.SubstreamBits);
        to.Flag(it.CanStall);
        to.Flag(it.Ats);
        to.Flag(it.Pri);
        to.Flag(it.CanWriteBackNonSnooped);
        to.Flag(it.Coherent);
    }

    public static MasterDescription Master(this ref WireReader from) =>
        new()
        {
            Name = from.Text("the device's name"),
            Streams = from.Streams("streams"),
            SubstreamBits = from.U8("substream bits"),
            CanStall = from.Flag("can stall"),
            Ats = from.Flag("ATS"),
            Pri = from.Flag("PRI"),
            CanWriteBackNonSnooped = from.Flag("can write back non-snooped"),
            Coherent = from.Flag("coherent"),
        };

    public static void Write(this WireWriter to, DomainRequest it)
    {
        to.U8((byte)it.Kind);
        to.U8((byte)it.Stage);
        to.Flag(it.NestParent);
        to.Flag(it.DirtyTracking);
        to.U8(it.FlushMode is { } mode ? (byte)(1 + (byte)mode) : (byte)0);
        to.U32((uint)it.Smmus.Length);
        foreach (var smmu in it.Smmus)
            to.I32(smmu.Value);
    }

    public static DomainRequest Domain(this ref WireReader from)
    {
        var kind = from.Choice<DomainKind>("kind of domain");
        var stage = from.Choice<DomainStage>("stage");
        var parent = from.Flag("nest parent");
        var dirty = from.Flag("dirty tracking");
        var mode = from.U8("flush mode");
        var smmus = new SmmuHandle[from.U32("number of SMMUs")];
        for (var i = 0; i < smmus.Length; i++)
            smmus[i] = new(from.I32("an SMMU"));
        return new()
        {
            Kind = kind,
            Stage = stage,
            NestParent = parent,
            DirtyTracking = dirty,
            FlushMode = mode == 0 ? null : (FlushMode)(mode - 1),
            Smmus = [.. smmus],
        };
    }

    public static void Write(this WireWriter to, in ProcessSpace it)
    {
        to.I32(it.Id.Value);
        to.U64(it.Table.Value);
        to.U64(it.PageSize);
        to.U8(it.InputBits);
        to.U8(it.OutputBits);
        to.U64(it.MemoryAttributes);
        to.Flag(it.SharedAsid is not null);
        to.U16(it.SharedAsid?.Value ?? 0);
    }

    public static ProcessSpace Process(this ref WireReader from)
    {
        var space = new ProcessSpace(
            new(from.I32("process")),
            from.U64("table"),
            from.U64("page size"),
            from.U8("input bits"),
            from.U8("output bits"),
            from.U64("memory attributes")
        );
        var shared = from.Flag("whether its ASID is shared");
        var asid = from.U16("shared ASID");
        return space with { SharedAsid = shared ? (Asid)asid : null };
    }

    public static void Write(this WireWriter to, in PageFault it)
    {
        to.I64(it.Group.Value);
        to.Flag(it.Last);
        to.I32(it.Master.Value);
        to.Flag(it.Pasid is not null);
        to.U32(it.Pasid?.Value ?? 0);
        to.U64(it.Address.Value);
        to.Flag(it.Read);
        to.Flag(it.Write);
        to.Flag(it.Execute);
        to.Flag(it.Privileged);
    }

    public static PageFault PageFault(this ref WireReader from)
    {
        var group = from.I64("group");
        var last = from.Flag("last");
        var master = from.I32("master");
        var hasPasid = from.Flag("whether there is a PASID");
        var pasid = from.U32("PASID");
        return new(
            new(group),
            last,
            new(master),
            hasPasid ? (SubstreamId)pasid : null,
            from.U64("address"),
            from.Flag("read"),
            from.Flag("write"),
            from.Flag("execute"),
            from.Flag("privileged")
        );
    }

    public static void Write(this WireWriter to, in FaultReport it)
    {
        to.I32(it.Smmu.Value);
        to.Flag(it.Master is not null);
        to.I32(it.Master?.Value ?? 0);
        to.U8((byte)it.Kind);
        to.Record(it.Record);
    }

    public static FaultReport FaultReport(this ref WireReader from)
    {
        var smmu = from.I32("SMMU");
        var hasMaster = from.Flag("whether there is a master");
        var master = from.I32("master");
        return new(
            new(smmu),
            hasMaster ? new MasterHandle(master) : null,
            from.Choice<FaultKind>("kind of fault"),
            from.Record("the record")
        );
    }

    /// <summary>A byte that must be a value of an enumeration.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static T Choice<T>(this ref WireReader from, string what)
        where T : struct, Enum
    {
        var number = from.U8(what);
        var value = (T)Enum.ToObject(typeof(T), number);
        return Enum.IsDefined(value)
            ? value
            : throw from.Wrong(
                $"{what} is {number}, and must be one of {string.Join(", ", Enum.GetValues<T>().Select(v => $"{Convert.ToByte(v, null)} ({v})"))}",
                1
            );
    }

    private static void Streams(this WireWriter to, ImmutableArray<StreamId> streams)
    {
        to.U32((uint)streams.Length);
        foreach (var stream in streams)
            to.U32(stream.Value);
    }

    private static ImmutableArray<StreamId> Streams(this ref WireReader from, string what)
    {
        var streams = ImmutableArray.CreateBuilder<StreamId>();
        for (var left = from.U32(what); left > 0; left--)
            streams.Add(from.U32(what));
        return streams.ToImmutable();
    }
}
