namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Why an operation was refused. The numeric value is the errno a C driver would return, so the mapping is one to one in
/// both directions and a native plug-in needs no table.
/// </summary>
public enum ErrorClass : byte
{
    /// <summary>Not an error: the operation was carried out.</summary>
    None = 0,

    /// <summary>ENOENT: the object named does not exist.</summary>
    NotFound = 2,

    /// <summary>EIO: the words given break the architecture's rules.</summary>
    Malformed = 5,

    /// <summary>ENXIO: the hardware lacks what the driver cannot do without.</summary>
    UnsupportedHardware = 6,

    /// <summary>ENOMEM: memory could not be had.</summary>
    OutOfMemory = 12,

    /// <summary>EFAULT: an address lies outside what the caller may name.</summary>
    BadAddress = 14,

    /// <summary>EBUSY: the object is in a use that excludes this one.</summary>
    Busy = 16,

    /// <summary>EEXIST: there is one already.</summary>
    AlreadyExists = 17,

    /// <summary>ENODEV: no such device, or it is another's.</summary>
    NoDevice = 19,

    /// <summary>EINVAL: the arguments do not fit together or with the hardware.</summary>
    Invalid = 22,

    /// <summary>ENOSPC: no identifier (ASID, VMID, PASID) is left.</summary>
    NoSpace = 28,

    /// <summary>ERANGE: an identifier is larger than the hardware's table.</summary>
    OutOfRange = 34,

    /// <summary>EOVERFLOW: an existing identifier is larger than this device's limit.</summary>
    Overflow = 75,

    /// <summary>EOPNOTSUPP: the driver or the hardware does not offer this.</summary>
    NotSupported = 95,

    /// <summary>ETIMEDOUT: the hardware did not answer within the driver's bound.</summary>
    TimedOut = 110,
}
