//! smmu_driver.h in Rust: what crosses the border.
#![allow(dead_code)]

use core::ffi::{c_char, c_int, c_void};

pub const ABI: u32 = 1;

pub const CAN_IDENTITY: u32 = 1 << 0;
pub const CAN_BLOCKED: u32 = 1 << 1;
pub const CAN_STAGE1: u32 = 1 << 2;
pub const CAN_MULTIPLE_SMMUS: u32 = 1 << 4;
pub const CAN_PASID_ATTACH: u32 = 1 << 5;
pub const CAN_TAKE_OVER: u32 = 1 << 13;

pub const BLOCKED: u8 = 0;
pub const IDENTITY: u8 = 1;
pub const PAGING: u8 = 2;

pub const ANY_STAGE: u8 = 0;
pub const STAGE1: u8 = 1;

pub const LAZY: u8 = 2;

pub const READ: c_int = 1 << 0;
pub const WRITE: c_int = 1 << 1;
pub const NO_EXECUTE: c_int = 1 << 2;
pub const CACHE: c_int = 1 << 3;
pub const DEVICE: c_int = 1 << 4;
pub const PRIVILEGED: c_int = 1 << 5;

pub const IRQ_EVENT_QUEUE: c_int = 0;
pub const IRQ_PRI_QUEUE: c_int = 1;
pub const IRQ_GLOBAL_ERROR: c_int = 2;
pub const IRQ_COMMAND_SYNC: c_int = 3;
pub const IRQ_COMBINED: c_int = 4;

pub const ENABLE_PASID: u8 = 1 << 0;

pub const FAULT_TRANSLATION: u8 = 0;
pub const FAULT_CONFIGURATION: u8 = 1;
pub const FAULT_OTHER: u8 = 2;

pub const MODEL_CAVIUM_CN99XX: u8 = 2;
pub const MODEL_NVIDIA_TEGRA264: u8 = 3;

#[repr(C)]
pub struct Policies {
    pub asid_per_smmu: u8,
    pub vmid_per_smmu: u8,
    pub bypass_unattached: u8,
    pub lazy_flush: u8,
    pub linear_stream_table: u8,
    pub hears_broadcasts: u8,
    pub first_asid: u16,
}

#[repr(C)]
pub struct Description {
    pub size: u32,
    pub capabilities: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    pub policies: Policies,
    pub at_doorbell: u8,
}

#[repr(C)]
pub struct Firmware {
    pub size: u32,
    pub node: u32,
    pub coherent: u8,
    pub model: u8,
    pub has_hardware_update: u8,
    pub hardware_update: u8,
    pub has_msi: u8,
    pub register_bytes: u64,
    pub msi_doorbell: u64,
    pub msi_event_queue: u32,
    pub msi_global_error: u32,
    pub msi_pri_queue: u32,
    pub busy_stream_count: u32,
    pub busy_streams: *const u32,
}

#[repr(C)]
pub struct Master {
    pub size: u32,
    pub stream_count: u32,
    pub streams: *const u32,
    pub name: *const c_char,
    pub substream_bits: u8,
    pub can_stall: u8,
    pub ats: u8,
    pub pri: u8,
    pub can_write_back_non_snooped: u8,
    pub coherent: u8,
}

#[repr(C)]
pub struct DomainRequest {
    pub size: u32,
    pub kind: u8,
    pub stage: u8,
    pub nest_parent: u8,
    pub dirty_tracking: u8,
    pub flush: u8,
    pub smmu_count: u32,
    pub smmus: *const i32,
}

#[repr(C)]
pub struct Geometry {
    pub page_sizes: u64,
    pub input_bits: u8,
    pub output_bits: u8,
}

#[repr(C)]
pub struct FaultReport {
    pub smmu: i32,
    pub master: i32,
    pub has_master: u8,
    pub kind: u8,
    pub record: [u64; 4],
}

/// `struct smmu_page_fault`, to be written out by who needs it.
#[repr(C)]
pub struct PageFault {
    _private: [u8; 0],
}

/// The machine. Functions are optional here because a null pointer must be something that Rust can look at.
#[repr(C)]
pub struct System {
    pub size: u32,
    pub abi: u32,
    pub context: *mut c_void,
    pub read32: Option<unsafe extern "C" fn(*mut c_void, u32, u32) -> u32>,
    pub read64: Option<unsafe extern "C" fn(*mut c_void, u32, u32) -> u64>,
    pub write32: Option<unsafe extern "C" fn(*mut c_void, u32, u32, u32)>,
    pub write64: Option<unsafe extern "C" fn(*mut c_void, u32, u32, u64)>,
    pub allocate: Option<unsafe extern "C" fn(*mut c_void, u64, u64) -> u64>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, u64)>,
    pub load: Option<unsafe extern "C" fn(*mut c_void, u64) -> u64>,
    pub store: Option<unsafe extern "C" fn(*mut c_void, u64, u64)>,
    pub compare_exchange: Option<unsafe extern "C" fn(*mut c_void, u64, u64, u64) -> u64>,
    pub barrier: Option<unsafe extern "C" fn(*mut c_void)>,
    pub clean: Option<unsafe extern "C" fn(*mut c_void, u64, u64)>,
    pub relax: Option<unsafe extern "C" fn(*mut c_void)>,
    pub microseconds: Option<unsafe extern "C" fn(*mut c_void) -> u64>,
    pub switch_device: Option<unsafe extern "C" fn(*mut c_void, u32, u32, u8, u8)>,
    pub report: Option<unsafe extern "C" fn(*mut c_void, *const FaultReport)>,
    pub forward: Option<unsafe extern "C" fn(*mut c_void, i32, *const u64)>,
    pub ask: Option<unsafe extern "C" fn(*mut c_void, *const PageFault)>,
    pub log: Option<unsafe extern "C" fn(*mut c_void, c_int, *const c_char)>,
    pub window: *mut u8,
    pub window_base: u64,
    pub window_bytes: u64,
}

/// An operation not offered: a null pointer answers EOPNOTSUPP. Give it the type of smmu_driver.h when you write it.
pub type Absent = Option<unsafe extern "C" fn()>;

pub type ByHandle = Option<unsafe extern "C" fn(*mut c_void, i32) -> c_int>;
pub type ByTwoHandles = Option<unsafe extern "C" fn(*mut c_void, i32, i32) -> c_int>;

#[repr(C)]
pub struct Driver {
    pub size: u32,
    pub abi: u32,
    pub describe: Option<unsafe extern "C" fn(*mut Description)>,
    pub create: Option<unsafe extern "C" fn(*const System, *mut *mut c_void) -> c_int>,
    pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,

    pub probe: Option<unsafe extern "C" fn(*mut c_void, *const Firmware, *mut i32) -> c_int>,
    pub remove: ByHandle,
    pub shutdown: ByHandle,
    pub handle_interrupt: Option<unsafe extern "C" fn(*mut c_void, i32, c_int) -> c_int>,
    pub add_master: Option<unsafe extern "C" fn(*mut c_void, i32, *const Master, *mut i32) -> c_int>,
    pub remove_master: ByHandle,
    pub create_domain: Option<unsafe extern "C" fn(*mut c_void, *const DomainRequest, *mut i32) -> c_int>,
    pub free_domain: ByHandle,
    pub geometry: Option<unsafe extern "C" fn(*mut c_void, i32, *mut Geometry) -> c_int>,
    pub attach: ByTwoHandles,
    pub detach: ByHandle,
    pub map: Option<unsafe extern "C" fn(*mut c_void, i32, u64, u64, u64, c_int) -> c_int>,
    pub unmap: Option<unsafe extern "C" fn(*mut c_void, i32, u64, u64, *mut u64) -> c_int>,
    pub flush: ByHandle,

    pub suspend: Absent,
    pub resume: Absent,
    pub pasids_of: Option<unsafe extern "C" fn(*mut c_void, i32, *mut u32) -> c_int>,
    pub attach_pasid: Option<unsafe extern "C" fn(*mut c_void, i32, u32, i32) -> c_int>,
    pub detach_pasid: Option<unsafe extern "C" fn(*mut c_void, i32, u32) -> c_int>,
    pub enable_auxiliary: Absent,
    pub disable_auxiliary: Absent,
    pub attach_auxiliary: Absent,
    pub detach_auxiliary: Absent,
    pub pasid_of: Absent,
    pub bind: Absent,
    pub unbind: Absent,
    pub changed: Absent,
    pub exited: Absent,
    pub enable_faults: Absent,
    pub disable_faults: Absent,
    pub answer: Absent,
    pub enforce_coherency: Absent,
    pub start_tracking: Absent,
    pub stop_tracking: Absent,
    pub read_dirty: Absent,
    pub information_of: Absent,
    pub create_virtual_smmu: Absent,
    pub free_virtual_smmu: Absent,
    pub add_virtual_device: Absent,
    pub remove_virtual_device: Absent,
    pub create_nested_domain: Absent,
    pub invalidate: Absent,
}
