//! A device's own table of context descriptors: number 0 for accesses without a PASID, the others by PASID (§5.3, §5.4).

use crate::access::Memory;
use crate::commands;
use crate::entry::{LiveEntry, Words};
use crate::entry_table::{EntryTable, LEAF_BITS, Style};
use crate::error::Result;
use crate::page_table::PageTable;
use crate::queue::CommandQueue;

/// Without a second level more than this would be one large array: log2 of the descriptors, 64 KiB of them.
pub const MOST_LINEAR_BITS: u32 = 10;

const V: u64 = 1 << 31;

pub struct ContextTable {
    table: EntryTable,
}

impl ContextTable {
    /// A table in which every descriptor is invalid.
    pub fn allocate(memory: Memory, bits: u32, two_levels: bool) -> Result<Self> {
        let style = Style {
            // V is bit 0 (§5.3).
            link: |leaf| leaf | 1,
            blank: 0,
        };
        let two_level = two_levels && bits > LEAF_BITS;
        Ok(Self { table: EntryTable::allocate(memory, bits, two_level, style)? })
    }

    pub fn free(self) {
        self.table.free();
    }

    /// STE.S1ContextPtr.
    pub fn base(&self) -> u64 {
        self.table.base
    }

    /// STE.S1CDMax.
    pub fn bits(&self) -> u32 {
        self.table.bits
    }

    /// STE.S1Fmt: an array, or leaves of 4 KiB.
    pub fn format(&self) -> u64 {
        u64::from(self.table.two_level)
    }

    /// Makes a descriptor reachable. Each stream of the device may have cached what there was (§4.3.3).
    pub fn reach(&mut self, substream: u32, streams: &[u32], queue: &mut CommandQueue) -> Result<()> {
        self.table.reach(&[substream], &mut |_| queue.execute(&forget(substream, streams, false)))
    }

    /// Replaces a descriptor, and waits until the SMMU goes by it. One that cannot be reached is invalid as it is.
    pub fn write(
        &self,
        substream: u32,
        descriptor: &Words,
        unsure: bool,
        streams: &[u32],
        queue: &mut CommandQueue,
    ) -> Result<()> {
        let Some(address) = self.table.entry(substream) else { return Ok(()) };
        let live = LiveEntry {
            memory: self.table.memory,
            address,
            reads,
            announce: &mut || queue.execute(&forget(substream, streams, true)),
        };
        live.replace(descriptor, unsure)
    }
}

fn forget(substream: u32, streams: &[u32], leaf: bool) -> Vec<commands::Command> {
    streams.iter().map(|stream| commands::cfgi_cd(*stream, substream, leaf)).collect()
}

/// No descriptor: an access that needs it is refused.
pub const INVALID: Words = [0; 8];

// Bytes of MAIR, by AttrIndx.
pub const WRITE_BACK: u64 = 0;
pub const NON_CACHEABLE: u64 = 1;
pub const DEVICE_NGNRE: u64 = 2;
const MAIR: u64 = 0x04_44_ff;

/// An address space in the lower range of addresses; there is no upper one.
pub fn descriptor(tables: &PageTable, asid: u16, stalls: bool) -> Words {
    let format = tables.format;
    // Walks look into the caches only if every walker of these tables does.
    let walks = if format.coherent { 1 << 8 | 1 << 10 | 3 << 12 } else { 2 << 12 };
    let granule = match format.granule {
        12 => 0,
        16 => 1,
        _ => 2,
    };
    let size = match format.output_bits {
        32 => 0,
        36 => 1,
        40 => 2,
        42 => 3,
        44 => 4,
        _ => 5,
    };
    const EPD1: u64 = 1 << 30;
    const AA64: u64 = 1 << 41;
    const R: u64 = 1 << 45;
    const A: u64 = 1 << 46;
    const ASET: u64 = 1 << 47;
    // T0SZ, TG0, IPS; faults are recorded and abort; the ASID is no processor's (§3.17).
    let word0 = (64 - u64::from(format.input_bits))
        | granule << 6
        | walks
        | EPD1
        | V
        | size << 32
        | AA64
        | u64::from(stalls) << 44
        | R
        | A
        | ASET
        | u64::from(asid) << 48;
    [word0, tables.root, 0, MAIR, 0, 0, 0, 0]
}

// All of a valid descriptor counts, and nothing else of an invalid one (§5.4).
fn reads(descriptor: &Words) -> Words {
    if descriptor[0] & V != 0 { [!0; 8] } else { [V, 0, 0, 0, 0, 0, 0, 0] }
}
