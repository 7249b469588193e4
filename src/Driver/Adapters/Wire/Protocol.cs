namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>Numbers of the process protocol, as docs/process-protocol.md gives them.</summary>
public static class Protocol
{
    /// <summary>The version of the protocol; who speaks another one is refused.</summary>
    public const ushort Version = 1;

    /// <summary>The first four bytes of what either side says first: "SMMU".</summary>
    public const uint Magic = 0x554d_4d53;

    /// <summary>The longest payload of a frame in bytes; nothing that is said needs more.</summary>
    public const int LongestFrame = 16 << 20;
}

/// <summary>What a frame is: its first byte.</summary>
public enum FrameKind : byte
{
    /// <summary>Suite: who I am, and where the memory window is.</summary>
    Hello = 0x01,

    /// <summary>Suite: a new machine; the driver forgets every other.</summary>
    Begin = 0x02,

    /// <summary>Suite: the machine is gone.</summary>
    End = 0x03,

    /// <summary>Suite: an operation with its arguments.</summary>
    Call = 0x04,

    /// <summary>Suite: what the last act has asked for.</summary>
    Answer = 0x05,

    /// <summary>Suite, to a model: requests in order (docs/model-protocol.md).</summary>
    Requests = 0x06,

    /// <summary>Driver or model: who I am.</summary>
    Welcome = 0x11,

    /// <summary>Driver: what I did, in order; the last act asks for something or returns.</summary>
    Acts = 0x12,

    /// <summary>Model: what was asked for.</summary>
    Replies = 0x13,
}

/// <summary>Operations, one for each method of the contract.</summary>
public enum Operation : byte
{
    /// <summary><see cref="Contract.ISmmuDriver.Probe"/>.</summary>
    Probe = 1,

    /// <summary><see cref="Contract.ISmmuDriver.Remove"/>.</summary>
    Remove = 2,

    /// <summary><see cref="Contract.ISmmuDriver.Shutdown"/>.</summary>
    Shutdown = 3,

    /// <summary><see cref="Contract.ISmmuDriver.HandleInterrupt"/>.</summary>
    HandleInterrupt = 4,

    /// <summary><see cref="Contract.ISmmuDriver.AddMaster"/>.</summary>
    AddMaster = 5,

    /// <summary><see cref="Contract.ISmmuDriver.RemoveMaster"/>.</summary>
    RemoveMaster = 6,

    /// <summary><see cref="Contract.ISmmuDriver.CreateDomain"/>.</summary>
    CreateDomain = 7,

    /// <summary><see cref="Contract.ISmmuDriver.FreeDomain"/>.</summary>
    FreeDomain = 8,

    /// <summary><see cref="Contract.ISmmuDriver.Geometry"/>.</summary>
    Geometry = 9,

    /// <summary><see cref="Contract.ISmmuDriver.Attach"/>.</summary>
    Attach = 10,

    /// <summary><see cref="Contract.ISmmuDriver.Detach"/>.</summary>
    Detach = 11,

    /// <summary><see cref="Contract.ISmmuDriver.Map"/>.</summary>
    Map = 12,

    /// <summary><see cref="Contract.ISmmuDriver.Unmap"/>.</summary>
    Unmap = 13,

    /// <summary><see cref="Contract.ISmmuDriver.Flush"/>.</summary>
    Flush = 14,

    /// <summary><see cref="Contract.IPower.Suspend"/>.</summary>
    Suspend = 20,

    /// <summary><see cref="Contract.IPower.Resume"/>.</summary>
    Resume = 21,

    /// <summary><see cref="Contract.IPasidAttach.PasidsOf"/>.</summary>
    PasidsOf = 22,

    /// <summary><see cref="Contract.IPasidAttach.AttachPasid"/>.</summary>
    AttachPasid = 23,

    /// <summary><see cref="Contract.IPasidAttach.DetachPasid"/>.</summary>
    DetachPasid = 24,

    /// <summary><see cref="Contract.IAuxiliaryDomains.EnableAuxiliary"/>.</summary>
    EnableAuxiliary = 25,

    /// <summary><see cref="Contract.IAuxiliaryDomains.DisableAuxiliary"/>.</summary>
    DisableAuxiliary = 26,

    /// <summary><see cref="Contract.IAuxiliaryDomains.AttachAuxiliary"/>.</summary>
    AttachAuxiliary = 27,

    /// <summary><see cref="Contract.IAuxiliaryDomains.DetachAuxiliary"/>.</summary>
    DetachAuxiliary = 28,

    /// <summary><see cref="Contract.IAuxiliaryDomains.PasidOf"/>.</summary>
    PasidOf = 29,

    /// <summary><see cref="Contract.ISharedAddressing.Bind"/>.</summary>
    Bind = 30,

    /// <summary><see cref="Contract.ISharedAddressing.Unbind"/>.</summary>
    Unbind = 31,

    /// <summary><see cref="Contract.ISharedAddressing.Changed"/>.</summary>
    Changed = 32,

    /// <summary><see cref="Contract.ISharedAddressing.Exited"/>.</summary>
    Exited = 33,

    /// <summary><see cref="Contract.IPageFaults.EnableFaults"/>.</summary>
    EnableFaults = 34,

    /// <summary><see cref="Contract.IPageFaults.DisableFaults"/>.</summary>
    DisableFaults = 35,

    /// <summary><see cref="Contract.IPageFaults.Answer"/>.</summary>
    AnswerFault = 36,

    /// <summary><see cref="Contract.ICoherencyEnforcement.EnforceCoherency"/>.</summary>
    EnforceCoherency = 37,

    /// <summary><see cref="Contract.IDirtyTracking.StartTracking"/>.</summary>
    StartTracking = 38,

    /// <summary><see cref="Contract.IDirtyTracking.StopTracking"/>.</summary>
    StopTracking = 39,

    /// <summary><see cref="Contract.IDirtyTracking.ReadDirty"/>.</summary>
    ReadDirty = 40,

    /// <summary><see cref="Contract.INesting.InformationOf"/>.</summary>
    InformationOf = 41,

    /// <summary><see cref="Contract.INesting.CreateVirtualSmmu"/>.</summary>
    CreateVirtualSmmu = 42,

    /// <summary><see cref="Contract.INesting.FreeVirtualSmmu"/>.</summary>
    FreeVirtualSmmu = 43,

    /// <summary><see cref="Contract.INesting.AddVirtualDevice"/>.</summary>
    AddVirtualDevice = 44,

    /// <summary><see cref="Contract.INesting.RemoveVirtualDevice"/>.</summary>
    RemoveVirtualDevice = 45,

    /// <summary><see cref="Contract.INesting.CreateNestedDomain"/>.</summary>
    CreateNestedDomain = 46,

    /// <summary><see cref="Contract.INesting.Invalidate"/>.</summary>
    Invalidate = 47,
}

/// <summary>What a driver does to the machine.</summary>
public enum WireAct : byte
{
    /// <summary>address, value.</summary>
    Store = 1,

    /// <summary>Nothing more.</summary>
    Barrier = 2,

    /// <summary>address, bytes.</summary>
    Clean = 3,

    /// <summary>node, offset, value of 32 bits.</summary>
    Write32 = 4,

    /// <summary>node, offset, value.</summary>
    Write64 = 5,

    /// <summary>node, stream, enables, unit.</summary>
    Switch = 6,

    /// <summary>address.</summary>
    Free = 7,

    /// <summary>How many times in a row (32 bits).</summary>
    Relax = 8,

    /// <summary>smmu, whether there is a master, master, kind, four words.</summary>
    Report = 9,

    /// <summary>guest, four words.</summary>
    Forward = 10,

    /// <summary>A page fault.</summary>
    Ask = 11,

    /// <summary>level, text.</summary>
    Log = 12,

    /// <summary>address: a word was read from the memory window.</summary>
    Loaded = 13,

    /// <summary>Asks. node, offset.</summary>
    Read32 = 32,

    /// <summary>Asks. node, offset.</summary>
    Read64 = 33,

    /// <summary>Asks. bytes, alignment; the answer is the address, or all ones.</summary>
    Allocate = 34,

    /// <summary>Asks. address.</summary>
    Load = 35,

    /// <summary>Asks. address, expected, value; the answer is what was there.</summary>
    CompareExchange = 36,

    /// <summary>Asks for the time.</summary>
    Microseconds = 37,

    /// <summary>Asks for nothing: everything before has happened when the answer comes.</summary>
    Settle = 38,

    /// <summary>Ends an operation: error (32 bits), then its results.</summary>
    Return = 63,
}
