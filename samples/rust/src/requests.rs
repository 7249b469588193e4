//! What the caller asks for, after the border has looked at every pointer.

/// An SMMU as firmware describes it.
pub struct Node {
    pub node: u32,
    pub coherent: bool,
    pub model: u8,
    pub register_bytes: u64,
    pub messages: Option<Messages>,
    pub busy_streams: Vec<u32>,
}

/// Where the messages of its interrupts go.
#[derive(Clone, Copy)]
pub struct Messages {
    pub doorbell: u64,
    pub event_queue: u32,
    pub global_error: u32,
}

/// A device.
pub struct Device {
    pub streams: Vec<u32>,
    pub substream_bits: u32,
    pub can_stall: bool,
}

/// A paging domain, or one that has no tables.
pub enum Wanted {
    Blocked,
    Identity,
    Paging(Vec<i32>),
}

/// What a mapping allows.
#[derive(Clone, Copy)]
pub struct Protection {
    pub write: bool,
    pub no_execute: bool,
    pub cache: bool,
    pub device: bool,
    pub privileged: bool,
}
