//! Commands as the queue holds them: two words each (§4). One function a command.

pub type Command = [u64; 2];

/// Forgets a stream table entry and every context descriptor reached through it; without `leaf` the level 1 descriptor
/// on the way as well (§4.3.1).
pub fn cfgi_ste(stream: u32, leaf: bool) -> Command {
    [0x03 | u64::from(stream) << 32, u64::from(leaf)]
}

/// Forgets all configuration (§4.3.6).
pub fn cfgi_all() -> Command {
    [0x04, 31]
}

/// Forgets a context descriptor as one stream has cached it (§4.3.3).
pub fn cfgi_cd(stream: u32, substream: u32, leaf: bool) -> Command {
    [0x05 | u64::from(substream) << 12 | u64::from(stream) << 32, u64::from(leaf)]
}

/// Forgets all translations of an address space (§4.4.2.2).
pub fn tlbi_nh_asid(asid: u16) -> Command {
    [0x11 | u64::from(asid) << 48, 0]
}

/// Forgets one address of an address space: the page or block there, and without `leaf` the tables that led to it
/// (§4.4.2.4).
pub fn tlbi_nh_va(asid: u16, address: u64, leaf: bool) -> Command {
    [0x12 | u64::from(asid) << 48, u64::from(leaf) | address & !0xfff]
}

/// A number of pages that one command can name: `count` times two to the power of `scale` (§4.4.1.1).
pub struct Span {
    pub count: u32,
    pub scale: u32,
    pub granule: u32,
}

/// Forgets a span of addresses. One page alone is reserved here: say it with `tlbi_nh_va`.
pub fn tlbi_nh_va_span(asid: u16, address: u64, leaf: bool, span: &Span) -> Command {
    let [word0, word1] = tlbi_nh_va(asid, address, leaf);
    let (num, scale) = (u64::from(span.count - 1), u64::from(span.scale));
    // TG: 4 KiB is 1, 16 KiB is 2, 64 KiB is 3.
    let granule = u64::from((span.granule - 10) / 2);
    [word0 | num << 12 | scale << 20, word1 | granule << 10]
}

/// Forgets all translations of EL2; illegal where there is none (§4.4.2.7).
pub fn tlbi_el2_all() -> Command {
    [0x20, 0]
}

/// Forgets all other translations (§4.4.4.1).
pub fn tlbi_nsnh_all() -> Command {
    [0x30, 0]
}

/// Ends a stalled transaction with an abort (§4.7.1).
pub fn resume_abort(stream: u32, stag: u16) -> Command {
    const ABORT: u64 = 1 << 13;
    [0x44 | ABORT | u64::from(stream) << 32, u64::from(stag)]
}

/// Ends every stalled transaction of a stream (§4.7.2).
pub fn stall_term(stream: u32) -> Command {
    [0x45 | u64::from(stream) << 32, 0]
}

/// Waits for the effect of all commands before it; that it has been consumed is the only sign (§4.7.3).
pub fn sync() -> Command {
    [0x46, 0]
}

/// The same, and at the end a number is written to memory: inner shareable, write-back (§4.7.3).
pub fn sync_with_message(address: u64, number: u32) -> Command {
    const SIG_IRQ: u64 = 1 << 12;
    const MSH_INNER: u64 = 3 << 22;
    const MSI_WRITE_BACK: u64 = 0xf << 24;
    [0x46 | SIG_IRQ | MSH_INNER | MSI_WRITE_BACK | u64::from(number) << 32, address & !3]
}
