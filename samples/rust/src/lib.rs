//! A driver for the Arm SMMUv3 that SmmuConformance can load. This file is the border: it looks at every pointer, turns
//! results into numbers, and lets no panic through. Behind it there is nothing unsafe but `machine`.

mod abi;
mod access;
mod asid;
mod commands;
mod context_table;
mod domain;
mod driver;
mod entry;
mod entry_table;
mod error;
mod events;
mod gerror;
mod machine;
mod master;
mod page_table;
mod probe;
mod queue;
mod registers;
mod requests;
mod reset;
mod smmu;
mod stream_table;
mod tlb;

use core::ffi::{c_int, c_void};
use core::ptr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, TryLockError};

use driver::Driver;
use error::{Error, Result};
use machine::Machine;

const DONE: c_int = 0;

/// The one symbol of the library.
#[unsafe(no_mangle)]
pub extern "C" fn smmu_driver_get(abi: u32) -> *const abi::Driver {
    if abi == abi::ABI { &TABLE } else { ptr::null() }
}

static TABLE: abi::Driver = abi::Driver {
    size: size_of::<abi::Driver>() as u32,
    abi: abi::ABI,
    describe: Some(describe),
    create: Some(create),
    destroy: Some(destroy),
    probe: Some(probe),
    remove: Some(remove),
    shutdown: Some(shutdown),
    handle_interrupt: Some(handle_interrupt),
    add_master: Some(add_master),
    remove_master: Some(remove_master),
    create_domain: Some(create_domain),
    free_domain: Some(free_domain),
    geometry: Some(geometry),
    attach: Some(attach),
    detach: Some(detach),
    map: Some(map),
    unmap: Some(unmap),
    flush: Some(flush),
    suspend: None,
    resume: None,
    pasids_of: Some(pasids_of),
    attach_pasid: Some(attach_pasid),
    detach_pasid: Some(detach_pasid),
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

unsafe extern "C" fn describe(description: *mut abi::Description) {
    let answer = abi::Description {
        size: size_of::<abi::Description>() as u32,
        capabilities: abi::CAN_IDENTITY
            | abi::CAN_BLOCKED
            | abi::CAN_STAGE1
            | abi::CAN_MULTIPLE_SMMUS
            | abi::CAN_PASID_ATTACH
            | abi::CAN_TAKE_OVER,
        name: c"sample-rust".as_ptr(),
        version: c"1.0".as_ptr(),
        policies: abi::Policies {
            asid_per_smmu: 0,
            vmid_per_smmu: 0,
            bypass_unattached: 0,
            lazy_flush: 0,
            linear_stream_table: 0,
            hears_broadcasts: 0,
            first_asid: asid::FIRST,
        },
        at_doorbell: 0,
    };
    // SAFETY: the header promises room for one.
    if let Some(description) = unsafe { description.as_mut() } {
        *description = answer;
    }
}

unsafe extern "C" fn create(system: *const abi::System, driver: *mut *mut c_void) -> c_int {
    // SAFETY: the header promises that the table lives until destroy().
    let machine = unsafe { Machine::new(system) };
    let made = machine.ok_or(Error::Invalid).map(|machine| {
        let driver = Box::new(Mutex::new(Driver::new(machine)));
        Box::into_raw(driver).cast::<c_void>()
    });
    if driver.is_null() {
        return Error::Invalid as c_int;
    }
    // SAFETY: it is not null, and the header promises room for one.
    unsafe { give(made, driver) }
}

unsafe extern "C" fn destroy(driver: *mut c_void) {
    if !driver.is_null() {
        // SAFETY: create() made it, and nothing is called on it afterwards.
        drop(unsafe { Box::from_raw(driver.cast::<Mutex<Driver>>()) });
    }
}

/// Does something with the driver. A call from within a call (the host must not make one) finds it busy. A panic would
/// be a mistake of this driver; it ends here.
///
/// # Safety
/// `driver` is null, or what create() made.
unsafe fn with<T>(driver: *mut c_void, act: impl FnOnce(&mut Driver) -> Result<T>) -> Result<T> {
    // SAFETY: see above.
    let Some(driver) = (unsafe { driver.cast::<Mutex<Driver>>().as_ref() }) else {
        return Err(Error::Invalid);
    };
    let mut held = match driver.try_lock() {
        Ok(held) => held,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return Err(Error::Busy),
    };
    catch_unwind(AssertUnwindSafe(|| act(&mut held))).unwrap_or(Err(Error::Malformed))
}

fn code(outcome: Result<()>) -> c_int {
    outcome.map_or_else(|error| error as c_int, |()| DONE)
}

/// # Safety
/// `place` is null or has room for one; null takes no answer.
unsafe fn give<T>(outcome: Result<T>, place: *mut T) -> c_int {
    match outcome {
        Ok(value) => {
            if !place.is_null() {
                // SAFETY: see above.
                unsafe { place.write(value) };
            }
            DONE
        }
        Err(error) => error as c_int,
    }
}

/// # Safety
/// `first` is null or points to so many.
unsafe fn list<T: Copy>(first: *const T, count: u32) -> Result<Vec<T>> {
    match (first.is_null(), count) {
        (_, 0) => Ok(Vec::new()),
        (true, _) => Err(Error::Invalid),
        // SAFETY: see above.
        (false, _) => Ok(unsafe { core::slice::from_raw_parts(first, count as usize) }.to_vec()),
    }
}

// A structure of an older host would lack something at its end.
fn is_whole<T>(size: u32) -> Result<()> {
    if size as usize >= size_of::<T>() { Ok(()) } else { Err(Error::Invalid) }
}

unsafe extern "C" fn probe(driver: *mut c_void, firmware: *const abi::Firmware, smmu: *mut i32) -> c_int {
    // SAFETY: null, or what the header says, here and in all functions below.
    unsafe { give(with(driver, |driver| driver.probe(&node(firmware)?)), smmu) }
}

unsafe fn node(firmware: *const abi::Firmware) -> Result<requests::Node> {
    // SAFETY: see probe().
    let firmware = unsafe { firmware.as_ref() }.ok_or(Error::Invalid)?;
    is_whole::<abi::Firmware>(firmware.size)?;
    Ok(requests::Node {
        node: firmware.node,
        coherent: firmware.coherent != 0,
        model: firmware.model,
        register_bytes: firmware.register_bytes,
        messages: (firmware.has_msi != 0).then_some(requests::Messages {
            doorbell: firmware.msi_doorbell,
            event_queue: firmware.msi_event_queue,
            global_error: firmware.msi_global_error,
        }),
        // SAFETY: see probe().
        busy_streams: unsafe { list(firmware.busy_streams, firmware.busy_stream_count) }?,
    })
}

unsafe extern "C" fn remove(driver: *mut c_void, smmu: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.remove(smmu)) })
}

unsafe extern "C" fn shutdown(driver: *mut c_void, smmu: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.shutdown(smmu)) })
}

unsafe extern "C" fn handle_interrupt(driver: *mut c_void, smmu: i32, source: c_int) -> c_int {
    code(unsafe { with(driver, |driver| driver.handle_interrupt(smmu, source)) })
}

unsafe extern "C" fn add_master(
    driver: *mut c_void,
    smmu: i32,
    description: *const abi::Master,
    master: *mut i32,
) -> c_int {
    unsafe { give(with(driver, |driver| driver.add_master(smmu, &device(description)?)), master) }
}

unsafe fn device(description: *const abi::Master) -> Result<requests::Device> {
    // SAFETY: see probe().
    let description = unsafe { description.as_ref() }.ok_or(Error::Invalid)?;
    is_whole::<abi::Master>(description.size)?;
    Ok(requests::Device {
        // SAFETY: see probe().
        streams: unsafe { list(description.streams, description.stream_count) }?,
        substream_bits: description.substream_bits.into(),
        can_stall: description.can_stall != 0,
    })
}

unsafe extern "C" fn remove_master(driver: *mut c_void, master: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.remove_master(master)) })
}

unsafe extern "C" fn create_domain(
    driver: *mut c_void,
    request: *const abi::DomainRequest,
    domain: *mut i32,
) -> c_int {
    unsafe { give(with(driver, |driver| driver.create_domain(&wanted(request)?)), domain) }
}

unsafe fn wanted(request: *const abi::DomainRequest) -> Result<requests::Wanted> {
    // SAFETY: see probe().
    let request = unsafe { request.as_ref() }.ok_or(Error::Invalid)?;
    is_whole::<abi::DomainRequest>(request.size)?;
    match request.kind {
        abi::BLOCKED => Ok(requests::Wanted::Blocked),
        abi::IDENTITY => Ok(requests::Wanted::Identity),
        // Stage 1 only. Whoever lets unmapped ranges linger is served by a driver that does not, too.
        abi::PAGING
            if matches!(request.stage, abi::ANY_STAGE | abi::STAGE1)
                && request.nest_parent == 0
                && request.dirty_tracking == 0
                && request.flush <= abi::LAZY =>
        {
            // SAFETY: see probe().
            Ok(requests::Wanted::Paging(unsafe { list(request.smmus, request.smmu_count) }?))
        }
        _ => Err(Error::NotSupported),
    }
}

unsafe extern "C" fn free_domain(driver: *mut c_void, domain: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.free_domain(domain)) })
}

unsafe extern "C" fn geometry(driver: *mut c_void, domain: i32, geometry: *mut abi::Geometry) -> c_int {
    let found = unsafe { with(driver, |driver| driver.geometry(domain)) };
    let answer = found.map(|(page_sizes, input_bits, output_bits)| abi::Geometry {
        page_sizes,
        input_bits,
        output_bits,
    });
    unsafe { give(answer, geometry) }
}

unsafe extern "C" fn attach(driver: *mut c_void, master: i32, domain: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.attach(master, domain)) })
}

unsafe extern "C" fn detach(driver: *mut c_void, master: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.detach(master)) })
}

unsafe extern "C" fn map(
    driver: *mut c_void,
    domain: i32,
    address: u64,
    physical: u64,
    bytes: u64,
    protection: c_int,
) -> c_int {
    code(unsafe { with(driver, |driver| driver.map(domain, address, physical, bytes, allowed(protection)?)) })
}

fn allowed(protection: c_int) -> Result<requests::Protection> {
    let is = |bits: c_int| protection & bits != 0;
    let known = abi::READ | abi::WRITE | abi::NO_EXECUTE | abi::CACHE | abi::DEVICE | abi::PRIVILEGED;
    // What may be written may be read: stage 1 has no other way.
    if !is(abi::READ | abi::WRITE) || is(!known) {
        return Err(Error::Invalid);
    }
    Ok(requests::Protection {
        write: is(abi::WRITE),
        no_execute: is(abi::NO_EXECUTE),
        cache: is(abi::CACHE),
        device: is(abi::DEVICE),
        privileged: is(abi::PRIVILEGED),
    })
}

unsafe extern "C" fn unmap(
    driver: *mut c_void,
    domain: i32,
    address: u64,
    bytes: u64,
    unmapped: *mut u64,
) -> c_int {
    unsafe { give(with(driver, |driver| driver.unmap(domain, address, bytes)), unmapped) }
}

unsafe extern "C" fn flush(driver: *mut c_void, domain: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.flush(domain)) })
}

unsafe extern "C" fn pasids_of(driver: *mut c_void, master: i32, count: *mut u32) -> c_int {
    unsafe { give(with(driver, |driver| driver.pasids_of(master)), count) }
}

unsafe extern "C" fn attach_pasid(driver: *mut c_void, master: i32, pasid: u32, domain: i32) -> c_int {
    code(unsafe { with(driver, |driver| driver.attach_pasid(master, pasid, domain)) })
}

unsafe extern "C" fn detach_pasid(driver: *mut c_void, master: i32, pasid: u32) -> c_int {
    code(unsafe { with(driver, |driver| driver.detach_pasid(master, pasid)) })
}
