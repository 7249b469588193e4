using System.Runtime.InteropServices;
using SmmuConformance.Architecture;
using static System.Runtime.InteropServices.LayoutKind;

namespace SmmuConformance.Driver.Adapters.Native;

/// <summary><c>struct smmu_driver</c>: the functions of a library.</summary>
[StructLayout(Sequential)]
internal unsafe struct NativeTable
{
    public uint Size;
    public uint Abi;
    public delegate* unmanaged[Cdecl]<NativeDescription*, void> Describe;
    public delegate* unmanaged[Cdecl]<NativeSystemTable*, void**, int> Create;
    public delegate* unmanaged[Cdecl]<void*, void> Destroy;
    public delegate* unmanaged[Cdecl]<void*, NativeFirmware*, int*, int> Probe;
    public delegate* unmanaged[Cdecl]<void*, int, int> Remove;
    public delegate* unmanaged[Cdecl]<void*, int, int> Shutdown;
    public delegate* unmanaged[Cdecl]<void*, int, int, int> HandleInterrupt;
    public delegate* unmanaged[Cdecl]<void*, int, NativeMaster*, int*, int> AddMaster;
    public delegate* unmanaged[Cdecl]<void*, int, int> RemoveMaster;
    public delegate* unmanaged[Cdecl]<void*, NativeDomainRequest*, int*, int> CreateDomain;
    public delegate* unmanaged[Cdecl]<void*, int, int> FreeDomain;
    public delegate* unmanaged[Cdecl]<void*, int, NativeGeometry*, int> Geometry;
    public delegate* unmanaged[Cdecl]<void*, int, int, int> Attach;
    public delegate* unmanaged[Cdecl]<void*, int, int> Detach;
    public delegate* unmanaged[Cdecl]<void*, int, ulong, ulong, ulong, int, int> Map;
    public delegate* unmanaged[Cdecl]<void*, int, ulong, ulong, ulong*, int> Unmap;
    public delegate* unmanaged[Cdecl]<void*, int, int> Flush;
    public delegate* unmanaged[Cdecl]<void*, int, int> Suspend;
    public delegate* unmanaged[Cdecl]<void*, int, int> Resume;
    public delegate* unmanaged[Cdecl]<void*, int, uint*, int> PasidsOf;
    public delegate* unmanaged[Cdecl]<void*, int, uint, int, int> AttachPasid;
    public delegate* unmanaged[Cdecl]<void*, int, uint, int> DetachPasid;
    public delegate* unmanaged[Cdecl]<void*, int, int> EnableAuxiliary;
    public delegate* unmanaged[Cdecl]<void*, int, int> DisableAuxiliary;
    public delegate* unmanaged[Cdecl]<void*, int, int, uint*, int> AttachAuxiliary;
    public delegate* unmanaged[Cdecl]<void*, int, int, int> DetachAuxiliary;
    public delegate* unmanaged[Cdecl]<void*, int, uint*, int> PasidOf;
    public delegate* unmanaged[Cdecl]<void*, int, NativeProcess*, uint*, int> Bind;
    public delegate* unmanaged[Cdecl]<void*, int, int, int> Unbind;
    public delegate* unmanaged[Cdecl]<void*, int, ulong, ulong, int> Changed;
    public delegate* unmanaged[Cdecl]<void*, int, int> Exited;
    public delegate* unmanaged[Cdecl]<void*, int, int> EnableFaults;
    public delegate* unmanaged[Cdecl]<void*, int, int> DisableFaults;
    public delegate* unmanaged[Cdecl]<void*, long, int, int> Answer;
    public delegate* unmanaged[Cdecl]<void*, int, byte*, int> EnforceCoherency;
    public delegate* unmanaged[Cdecl]<void*, int, int> StartTracking;
    public delegate* unmanaged[Cdecl]<void*, int, int> StopTracking;
    public delegate* unmanaged[Cdecl]<
        void*,
        int,
        ulong,
        ulong,
        int,
        NativeRange*,
        uint*,
        int> ReadDirty;
    public delegate* unmanaged[Cdecl]<void*, int, NativeInformation*, int> InformationOf;
    public delegate* unmanaged[Cdecl]<void*, int, int, int*, int> CreateVirtualSmmu;
    public delegate* unmanaged[Cdecl]<void*, int, int> FreeVirtualSmmu;
    public delegate* unmanaged[Cdecl]<void*, int, int, uint, int> AddVirtualDevice;
    public delegate* unmanaged[Cdecl]<void*, int, int, int> RemoveVirtualDevice;
    public delegate* unmanaged[Cdecl]<void*, int, ulong, ulong, int*, int> CreateNestedDomain;
    public delegate* unmanaged[Cdecl]<void*, int, Command*, uint, uint*, int> Invalidate;
}

/// <summary><c>struct smmu_system</c>: the machine for a library.</summary>
[StructLayout(Sequential)]
internal unsafe struct NativeSystemTable
{
    public uint Size;
    public uint Abi;
    public nint Context;
    public delegate* unmanaged[Cdecl]<nint, uint, uint, uint> Read32;
    public delegate* unmanaged[Cdecl]<nint, uint, uint, ulong> Read64;
    public delegate* unmanaged[Cdecl]<nint, uint, uint, uint, void> Write32;
    public delegate* unmanaged[Cdecl]<nint, uint, uint, ulong, void> Write64;
    public delegate* unmanaged[Cdecl]<nint, ulong, ulong, ulong> Allocate;
    public delegate* unmanaged[Cdecl]<nint, ulong, void> Free;
    public delegate* unmanaged[Cdecl]<nint, ulong, ulong> Load;
    public delegate* unmanaged[Cdecl]<nint, ulong, ulong, void> Store;
    public delegate* unmanaged[Cdecl]<nint, ulong, ulong, ulong, ulong> CompareExchange;
    public delegate* unmanaged[Cdecl]<nint, void> Barrier;
    public delegate* unmanaged[Cdecl]<nint, ulong, ulong, void> Clean;
    public delegate* unmanaged[Cdecl]<nint, void> Relax;
    public delegate* unmanaged[Cdecl]<nint, ulong> Microseconds;
    public delegate* unmanaged[Cdecl]<nint, uint, uint, byte, byte, void> SwitchDevice;
    public delegate* unmanaged[Cdecl]<nint, NativeFaultReport*, void> Report;
    public delegate* unmanaged[Cdecl]<nint, int, ulong*, void> Forward;
    public delegate* unmanaged[Cdecl]<nint, NativePageFault*, void> Ask;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, void> Log;
    public byte* Window;
    public ulong WindowBase;
    public ulong WindowBytes;
}
