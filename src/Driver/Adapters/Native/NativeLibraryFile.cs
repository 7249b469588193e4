using System.Runtime.InteropServices;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Native;

/// <summary>A library that exports <c>smmu_driver_get</c> (smmu_driver.h).</summary>
public sealed unsafe class NativeLibraryFile
{
    /// <summary>The version of smmu_driver.h that is spoken here.</summary>
    public const uint Abi = 1;

    private const string Symbol = "smmu_driver_get";

    private NativeLibraryFile(string path, NativeTable* functions)
    {
        Path = path;
        Functions = functions;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    internal NativeTable* Functions { get; }

    /// <summary>Refuses a library that is not there.</summary>
    /// <exception cref="DriverFaultException">It is not.</exception>
    public static void MustExist(string path)
    {
        if (!File.Exists(path))
            throw new DriverFaultException(
                $"driver native:{path}: there is no such file (looked for {System.IO.Path.GetFullPath(path)}). Build it, or name it from the folder that `dotnet test` is run in."
            );
    }

    /// <summary>Loads a library.</summary>
    /// <exception cref="DriverFaultException">It is not there, is none, exports no driver, or one of another version.</exception>
    public static NativeLibraryFile Load(string path)
    {
        MustExist(path);
        nint library;
        try
        {
            library = NativeLibrary.Load(System.IO.Path.GetFullPath(path));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DriverFaultException(
                $"driver native:{path}: it cannot be loaded: {BinaryFile.Describe(path)}; this process is {RuntimeInformation.ProcessArchitecture} on {RuntimeInformation.OSDescription}. The loader says: {e.Message}",
                e
            );
        }
        if (!NativeLibrary.TryGetExport(library, Symbol, out var get))
            throw new DriverFaultException(
                $"driver native:{path}: it exports no `{Symbol}`. Define it as smmu_driver.h declares it, and see that it is visible (not static, not hidden)."
            );
        var functions = ((delegate* unmanaged[Cdecl]<uint, NativeTable*>)get)(Abi);
        if (functions is null)
            throw new DriverFaultException(
                $"driver native:{path}: `{Symbol}({Abi})` answered NULL: it does not speak version {Abi} of smmu_driver.h. Build it with the header of this version of the suite."
            );
        if (functions->Abi != Abi)
            throw new DriverFaultException(
                $"driver native:{path}: it speaks version {functions->Abi} of smmu_driver.h, this suite version {Abi}. Build it with the header of this version of the suite."
            );
        if (functions->Size != sizeof(NativeTable))
            throw new DriverFaultException(
                $"driver native:{path}: its table of functions has {functions->Size} bytes (smmu_driver.size), and must have {sizeof(NativeTable)}. Set size to sizeof(struct smmu_driver), and build it with the header of this version of the suite."
            );
        var file = new NativeLibraryFile(path, functions);
        file.MustHave(functions->Describe, "describe");
        file.MustHave(functions->Create, "create");
        file.MustHave(functions->Destroy, "destroy");
        file.MustHave(functions->Probe, "probe");
        return file;
    }

    /// <summary>What the library says of its driver.</summary>
    /// <exception cref="DriverFaultException">It says nothing that can be used.</exception>
    public DriverDescription Describe()
    {
        var it = new NativeDescription { Size = (uint)sizeof(NativeDescription) };
        Functions->Describe(&it);
        return new(
            Text(it.Name, "name"),
            Text(it.Version, "version"),
            (Capabilities)it.Capabilities,
            new Policies
            {
                AsidScope = it.Policies.AsidPerSmmu != 0 ? TagScope.PerSmmu : TagScope.Global,
                VmidScope = it.Policies.VmidPerSmmu != 0 ? TagScope.PerSmmu : TagScope.Global,
                UnattachedStreams =
                    it.Policies.BypassUnattached != 0
                        ? UnattachedStreams.Bypass
                        : UnattachedStreams.Abort,
                FlushMode = it.Policies.LazyFlush != 0 ? FlushMode.Lazy : FlushMode.Strict,
                StreamTable =
                    it.Policies.LinearStreamTable != 0
                        ? StreamTableChoice.Linear
                        : StreamTableChoice.TwoLevelWhereOffered,
                HearsBroadcasts = it.Policies.HearsBroadcasts != 0,
                FirstAsid = it.Policies.FirstAsid,
            },
            it.AtDoorbell != 0 ? Observation.AtDoorbell : Observation.EveryStore
        );
    }

    /// <summary>The capabilities all of whose functions are there.</summary>
    public Capabilities Offered
    {
        get
        {
            var f = Functions;
            var offered = Capabilities.None;
            Add(Capabilities.Power, &f->Suspend, &f->Resume);
            Add(Capabilities.PasidAttach, &f->PasidsOf, &f->DetachPasid);
            Add(Capabilities.AuxiliaryDomains, &f->EnableAuxiliary, &f->PasidOf);
            Add(Capabilities.SharedAddressing, &f->Bind, &f->Exited);
            Add(Capabilities.PageFaults, &f->EnableFaults, &f->Answer);
            Add(Capabilities.CoherencyEnforcement, &f->EnforceCoherency, &f->EnforceCoherency);
            Add(Capabilities.DirtyTracking, &f->StartTracking, &f->ReadDirty);
            Add(Capabilities.Nesting, &f->InformationOf, &f->Invalidate);
            return offered;

            // From the first function of a facet to its last: they stand together in the table.
            void Add(Capabilities capability, void* first, void* last)
            {
                for (var function = (nint*)first; function <= (nint*)last; function++)
                    if (*function == 0)
                        return;
                offered |= capability;
            }
        }
    }

    private void MustHave(void* function, string name)
    {
        if (function is null)
            throw new DriverFaultException(
                $"driver native:{Path}: `{name}` is NULL in its table of functions, and without it there is no driver"
            );
    }

    private string Text(nint text, string what) =>
        Marshal.PtrToStringUTF8(text) is { Length: > 0 } it
            ? it
            : throw new DriverFaultException(
                $"driver native:{Path}: describe() sets no {what} (smmu_description.{what} is NULL or empty)"
            );
}
