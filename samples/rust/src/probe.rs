//! What an SMMU is: its ID registers and what firmware says, in the terms of this driver (§6.3.1 to §6.3.6).

use crate::access::Registers;
use crate::error::{Error, Result};
use crate::machine::Level;
use crate::registers::*;
use crate::requests::Node;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stalls {
    /// Devices that can may stall.
    Possible,
    /// Nothing stalls.
    Never,
    /// Everything stalls.
    Always,
}

#[derive(Clone)]
pub struct Features {
    pub stream_bits: u32,
    pub two_level_streams: bool,
    pub stage1: bool,
    pub substream_bits: u32,
    pub two_level_contexts: bool,
    pub asid_bits: u32,
    /// Bits of an address that tables can hold.
    pub output_bits: u32,
    /// Bits of an address of the SMMU's own structures.
    pub address_bits: u32,
    /// One bit for each granule, as the size of its page.
    pub granules: u64,
    pub range_invalidation: bool,
    pub stalls: Stalls,
    /// SHCFG says something; it is reserved without (§5.2).
    pub overrides_attributes: bool,
    pub hypervisor: bool,
    pub hears_broadcasts: bool,
    pub ats: bool,
    pub msi: bool,
    pub coherent: bool,
    /// An invalidation may miss, and does not the second time (NVIDIA T264-SMMU-3).
    pub invalidates_twice: bool,
    pub command_queue_bits: u32,
    pub event_queue_bits: u32,
}

// Larger output addresses would need the 52-bit formats of descriptors.
const MOST_OUTPUT_BITS: u32 = 48;

// As many commands as are ever handed over at once, for each batch is waited for; and one page of events.
const MOST_COMMAND_BITS: u32 = 6;
const MOST_EVENT_BITS: u32 = 7;

impl Features {
    pub fn read(registers: &Registers, node: &Node) -> Result<Self> {
        let page_end = if registers.page1 == 0 { 0x1_0000 } else { 0x2_0000 };
        if node.register_bytes < page_end {
            return Err(Error::Invalid);
        }

        let (idr0, idr1) = (registers.read(IDR0), registers.read(IDR1));
        let (idr3, idr5) = (registers.read(IDR3), registers.read(IDR5));
        Self::require(registers, idr0, idr1)?;
        // COHACC says what the part could do, firmware how it is wired.
        if bit(idr0, 4) != node.coherent {
            registers.machine.log(Level::Warning, c"firmware overrules SMMU_IDR0.COHACC");
        }

        let stage1 = bit(idr0, 1);
        let two_level_contexts = bit(idr0, 19);
        let address_bits = output_size(idr5);
        Ok(Self {
            stream_bits: field(idr1, 0, 6).min(32),
            two_level_streams: field(idr0, 27, 2) == 1,
            stage1,
            substream_bits: if stage1 { field(idr1, 6, 5).min(20) } else { 0 },
            two_level_contexts,
            asid_bits: if bit(idr0, 12) { 16 } else { 8 },
            output_bits: address_bits.min(MOST_OUTPUT_BITS),
            address_bits,
            granules: u64::from(bit(idr5, 4)) << 12
                | u64::from(bit(idr5, 5)) << 14
                | u64::from(bit(idr5, 6)) << 16,
            range_invalidation: bit(idr3, 10),
            stalls: match field(idr0, 24, 2) {
                0 => Stalls::Possible,
                2 => Stalls::Always,
                _ => Stalls::Never,
            },
            overrides_attributes: bit(idr1, 27),
            hypervisor: bit(idr0, 9),
            hears_broadcasts: bit(idr0, 5),
            ats: bit(idr0, 10),
            msi: bit(idr0, 13),
            coherent: node.coherent,
            invalidates_twice: node.model == crate::abi::MODEL_NVIDIA_TEGRA264,
            command_queue_bits: field(idr1, 21, 5).min(MOST_COMMAND_BITS),
            event_queue_bits: field(idr1, 16, 5).min(MOST_EVENT_BITS),
        })
    }

    // What this driver cannot do without.
    fn require(registers: &Registers, idr0: u32, idr1: u32) -> Result<()> {
        let translates = idr0 & 0b11 != 0;
        let aarch64 = bit(idr0, 3);
        let little_endian = matches!(field(idr0, 21, 2), 0b00 | 0b10);
        let preset = field(idr1, 28, 3) != 0;
        let lack = match () {
            () if !translates => c"no stage translates",
            () if !aarch64 => c"no AArch64 tables",
            () if !little_endian => c"no little-endian tables",
            () if preset => c"tables or queues are preset",
            () => return Ok(()),
        };
        registers.machine.log(Level::Error, lack);
        Err(Error::UnsupportedHardware)
    }

    /// A translation fault of a device stalls: it must, or it may and the device bears it (§3.12).
    pub fn stalls(&self, device_can: bool) -> bool {
        match self.stalls {
            Stalls::Possible => device_can,
            Stalls::Never => false,
            Stalls::Always => true,
        }
    }
}

fn output_size(idr5: u32) -> u32 {
    match field(idr5, 0, 3) {
        0 => 32,
        1 => 36,
        2 => 40,
        3 => 42,
        4 => 44,
        5 => 48,
        6 => 52,
        // Reserved when this was written: not less than what is known of it.
        _ => 48,
    }
}

fn bit(register: u32, at: u32) -> bool {
    register >> at & 1 != 0
}

fn field(register: u32, low: u32, bits: u32) -> u32 {
    register >> low & ((1 << bits) - 1)
}
