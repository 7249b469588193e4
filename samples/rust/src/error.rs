//! Why an operation was refused, in the numbers that cross the border.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Error {
    /// The object named does not exist.
    NotFound = 2,
    /// The SMMU does not understand a command of this driver.
    Malformed = 5,
    /// The hardware lacks what the driver cannot do without.
    UnsupportedHardware = 6,
    /// Memory could not be had.
    OutOfMemory = 12,
    /// The object is in a use that excludes this one.
    Busy = 16,
    /// There is one already.
    AlreadyExists = 17,
    /// It is another's.
    NoDevice = 19,
    /// The arguments do not fit together or with the hardware.
    Invalid = 22,
    /// No handle is left.
    NoSpace = 28,
    /// Larger than a table.
    OutOfRange = 34,
    /// Not offered.
    NotSupported = 95,
    /// The hardware did not answer in time.
    TimedOut = 110,
}

pub type Result<T> = core::result::Result<T, Error>;
