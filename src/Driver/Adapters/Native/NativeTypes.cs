using System.Runtime.InteropServices;
using static System.Runtime.InteropServices.LayoutKind;

namespace SmmuConformance.Driver.Adapters.Native;

// The structures of smmu_driver.h, field for field.

[StructLayout(Sequential)]
internal struct NativePolicies
{
    public byte AsidPerSmmu;
    public byte VmidPerSmmu;
    public byte BypassUnattached;
    public byte LazyFlush;
    public byte LinearStreamTable;
    public byte HearsBroadcasts;
    public ushort FirstAsid;
}

[StructLayout(Sequential)]
internal struct NativeDescription
{
    public uint Size;
    public uint Capabilities;
    public nint Name;
    public nint Version;
    public NativePolicies Policies;
    public byte AtDoorbell;
}

[StructLayout(Sequential)]
internal unsafe struct NativeFirmware
{
    public uint Size;
    public uint Node;
    public byte Coherent;
    public byte Model;
    public byte HasHardwareUpdate;
    public byte HardwareUpdate;
    public byte HasMsi;
    public ulong RegisterBytes;
    public ulong MsiDoorbell;
    public uint MsiEventQueue;
    public uint MsiGlobalError;
    public uint MsiPriQueue;
    public uint BusyStreamCount;
    public uint* BusyStreams;
}

[StructLayout(Sequential)]
internal unsafe struct NativeMaster
{
    public uint Size;
    public uint StreamCount;
    public uint* Streams;
    public byte* Name;
    public byte SubstreamBits;
    public byte CanStall;
    public byte Ats;
    public byte Pri;
    public byte CanWriteBackNonSnooped;
    public byte Coherent;
}

[StructLayout(Sequential)]
internal unsafe struct NativeDomainRequest
{
    public uint Size;
    public byte Kind;
    public byte Stage;
    public byte NestParent;
    public byte DirtyTracking;
    public byte Flush;
    public uint SmmuCount;
    public int* Smmus;
}

[StructLayout(Sequential)]
internal struct NativeGeometry
{
    public ulong PageSizes;
    public byte InputBits;
    public byte OutputBits;
}

[StructLayout(Sequential)]
internal unsafe struct NativeFaultReport
{
    public int Smmu;
    public int Master;
    public byte HasMaster;
    public byte Kind;
    public fixed ulong Record[4];
}

[StructLayout(Sequential)]
internal struct NativePageFault
{
    public long Group;
    public ulong Address;
    public int Master;
    public uint Pasid;
    public byte HasPasid;
    public byte Last;
    public byte Read;
    public byte Write;
    public byte Execute;
    public byte Privileged;
}

[StructLayout(Sequential)]
internal struct NativeProcess
{
    public int Id;
    public ushort SharedAsid;
    public byte HasSharedAsid;
    public byte InputBits;
    public byte OutputBits;
    public ulong Table;
    public ulong PageSize;
    public ulong MemoryAttributes;
}

[StructLayout(Sequential)]
internal unsafe struct NativeInformation
{
    public fixed uint Idr[6];
    public uint Iidr;
    public uint Aidr;
}

[StructLayout(Sequential)]
internal struct NativeRange
{
    public ulong Address;
    public ulong Bytes;
}
