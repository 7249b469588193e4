//! The machine as safe Rust: part of the border. Every call into the host is made here.

use core::ffi::{CStr, c_int};

use crate::abi;

/// What `create` was given. It lives as long as the driver does, and so do the functions behind it.
#[derive(Clone, Copy)]
pub struct Machine(*const abi::System);

pub enum Level {
    Warning = 1,
    Error = 2,
}

// Presence was checked in `new`; the fallback is never taken, and does not panic if it is.
macro_rules! call {
    ($machine:ident.$function:ident($($argument:expr),*), $fallback:expr) => {{
        // SAFETY: the pointer was checked in `new` and lives until `destroy`, as the header promises.
        let system = unsafe { &*$machine.0 };
        match system.$function {
            // SAFETY: arguments are plain numbers, or pointers that live for the time of the call.
            Some(function) => unsafe { function(system.context, $($argument),*) },
            None => $fallback,
        }
    }};
}

impl Machine {
    /// None if the host speaks another version or leaves out something that is needed.
    ///
    /// # Safety
    /// `system` is null, or points to a table that stays where it is until the driver is destroyed.
    pub unsafe fn new(system: *const abi::System) -> Option<Self> {
        // SAFETY: see above.
        let table = unsafe { system.as_ref()? };
        let complete = table.abi == abi::ABI
            && table.size as usize >= size_of::<abi::System>()
            && table.read32.is_some()
            && table.read64.is_some()
            && table.write32.is_some()
            && table.write64.is_some()
            && table.allocate.is_some()
            && table.free.is_some()
            && table.load.is_some()
            && table.store.is_some()
            && table.barrier.is_some()
            && table.clean.is_some()
            && table.relax.is_some()
            && table.microseconds.is_some()
            && table.switch_device.is_some()
            && table.report.is_some()
            && table.log.is_some();
        complete.then_some(Self(system))
    }

    pub fn read32(self, node: u32, offset: u32) -> u32 {
        call!(self.read32(node, offset), 0)
    }

    pub fn write32(self, node: u32, offset: u32, value: u32) {
        call!(self.write32(node, offset, value), ())
    }

    pub fn write64(self, node: u32, offset: u32, value: u64) {
        call!(self.write64(node, offset, value), ())
    }

    pub fn allocate(self, bytes: u64, alignment: u64) -> Option<u64> {
        let address = call!(self.allocate(bytes, alignment), 0);
        (address != 0).then_some(address)
    }

    pub fn free(self, address: u64) {
        call!(self.free(address), ())
    }

    pub fn load(self, address: u64) -> u64 {
        call!(self.load(address), 0)
    }

    pub fn store(self, address: u64, value: u64) {
        call!(self.store(address, value), ())
    }

    pub fn barrier(self) {
        call!(self.barrier(), ())
    }

    pub fn clean(self, address: u64, bytes: u64) {
        call!(self.clean(address, bytes), ())
    }

    pub fn relax(self) {
        call!(self.relax(), ())
    }

    pub fn microseconds(self) -> u64 {
        call!(self.microseconds(), u64::MAX)
    }

    pub fn switch_device(self, node: u32, stream: u32, enables: u8, unit: u8) {
        call!(self.switch_device(node, stream, enables, unit), ())
    }

    pub fn report(self, fault: &abi::FaultReport) {
        call!(self.report(fault), ())
    }

    pub fn log(self, level: Level, text: &CStr) {
        call!(self.log(level as c_int, text.as_ptr()), ())
    }
}
