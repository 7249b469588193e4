//! What SmmuConformance calls. Each function is a stub; fill them in one by one, in the order of docs/plugging-in-a-driver.md, and
//! declare in `describe` what you have. What an operation means, and which error goes with what, is said in src/Driver/Contract.

mod abi;

use core::ffi::{c_int, c_void};

const DONE: c_int = 0;
const ENOENT: c_int = 2;
const EBUSY: c_int = 16;

/// One for each machine.
struct Driver {
    /// Registers, memory, barriers, time: all that may be touched.
    #[allow(dead_code)]
    system: *const abi::System,
    /// The nodes that were probed, by handle.
    smmus: Vec<Option<u32>>,
}

unsafe extern "C" fn describe(description: *mut abi::Description) {
    let description = unsafe { &mut *description };
    description.name = c"my-driver".as_ptr();
    description.version = c"0.1".as_ptr();
    description.capabilities = 0; // abi::CAN_IDENTITY | abi::CAN_BLOCKED | ...
    description.policies.first_asid = 1;
}

unsafe extern "C" fn create(system: *const abi::System, this: *mut *mut c_void) -> c_int {
    let driver = Box::new(Driver { system, smmus: Vec::new() });
    unsafe { *this = Box::into_raw(driver).cast() };
    DONE
}

unsafe extern "C" fn destroy(this: *mut c_void) {
    drop(unsafe { Box::from_raw(this.cast::<Driver>()) });
}

/// A real probe reads SMMU_IDR0, resets the SMMU, builds its queues and its stream table, and enables it. This one only gives a
/// handle, so that the first run shows that everything is connected.
unsafe extern "C" fn probe(this: *mut c_void, firmware: *const abi::Firmware, smmu: *mut i32) -> c_int {
    let (driver, firmware) = unsafe { (&mut *this.cast::<Driver>(), &*firmware) };
    if driver.smmus.contains(&Some(firmware.node)) {
        return EBUSY;
    }
    driver.smmus.push(Some(firmware.node));
    unsafe { *smmu = driver.smmus.len() as i32 - 1 };
    DONE
}

unsafe extern "C" fn remove(this: *mut c_void, smmu: i32) -> c_int {
    let driver = unsafe { &mut *this.cast::<Driver>() };
    // A handle may be any number: who calls may be wrong.
    match usize::try_from(smmu).ok().and_then(|index| driver.smmus.get_mut(index)) {
        Some(entry) if entry.is_some() => {
            *entry = None;
            DONE
        }
        _ => ENOENT,
    }
}

static TABLE: abi::Driver = abi::Driver {
    size: size_of::<abi::Driver>() as u32,
    abi: abi::ABI,
    describe: Some(describe),
    create: Some(create),
    destroy: Some(destroy),
    probe: Some(probe),
    remove: Some(remove),
    shutdown: None,
    handle_interrupt: None,
    add_master: None,
    remove_master: None,
    create_domain: None,
    free_domain: None,
    geometry: None,
    attach: None,
    detach: None,
    map: None,
    unmap: None,
    flush: None,
    suspend: None,
    resume: None,
    pasids_of: None,
    attach_pasid: None,
    detach_pasid: None,
    enable_auxiliary: None,
    disable_auxiliary: None,
    attach_auxiliary: None,
    detach_auxiliary: None,
    pasid_of: None,
    bind: None,
    unbind: None,
    changed: None,
    exited: None,
    enable_faults: None,
    disable_faults: None,
    answer: None,
    enforce_coherency: None,
    start_tracking: None,
    stop_tracking: None,
    read_dirty: None,
    information_of: None,
    create_virtual_smmu: None,
    free_virtual_smmu: None,
    add_virtual_device: None,
    remove_virtual_device: None,
    create_nested_domain: None,
    invalidate: None,
};

/// The one symbol of the library.
#[unsafe(no_mangle)]
pub extern "C" fn smmu_driver_get(abi: u32) -> *const abi::Driver {
    if abi == abi::ABI { &TABLE } else { core::ptr::null() }
}
