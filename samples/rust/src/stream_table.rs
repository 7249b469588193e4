//! The stream table and its entries (§3.3, §5.2). A stream that nobody owns is refused without an event.

use crate::access::{Memory, Registers};
use crate::commands;
use crate::context_table::ContextTable;
use crate::entry::{LiveEntry, Words};
use crate::entry_table::{EntryTable, LEAF_BITS, Style};
use crate::error::Result;
use crate::probe::{Features, Stalls};
use crate::queue::CommandQueue;
use crate::registers::*;

// 4 MiB at level 1: StreamIDs of 25 bits. Larger ones have no entry and are refused.
const MOST_TWO_LEVEL_BITS: u32 = 19 + LEAF_BITS;

// 4 MiB in one array.
const MOST_LINEAR_BITS: u32 = 16;

const V: u64 = 1;
const CONFIG_ABORT: u64 = 0b000 << 1;
const CONFIG_BYPASS: u64 = 0b100 << 1;
const CONFIG_STAGE1: u64 = 0b101 << 1;

pub struct StreamTable {
    table: EntryTable,
}

impl StreamTable {
    pub fn allocate(memory: Memory, features: &Features) -> Result<Self> {
        // Where one leaf would do, the array is no larger (§6.3.25).
        let two_level = features.two_level_streams && features.stream_bits > LEAF_BITS;
        let most = if two_level { MOST_TWO_LEVEL_BITS } else { MOST_LINEAR_BITS };
        let style = Style {
            // Span counts from one (§5.1).
            link: |leaf| leaf | u64::from(LEAF_BITS + 1),
            blank: V | CONFIG_ABORT,
        };
        let bits = features.stream_bits.min(most);
        Ok(Self { table: EntryTable::allocate(memory, bits, two_level, style)? })
    }

    pub fn free(self) {
        self.table.free();
    }

    /// Tells the SMMU where the table is, while it is off (§6.3.24, §6.3.25).
    pub fn install(&self, registers: &Registers) {
        const TWO_LEVEL: u32 = 1 << 16;
        let format = if self.table.two_level { TWO_LEVEL | LEAF_BITS << 6 } else { 0 };
        registers.write64(STRTAB_BASE, self.table.base);
        registers.write(STRTAB_BASE_CFG, format | self.table.bits);
    }

    /// The stream has a place in the table.
    pub fn covers(&self, stream: u32) -> bool {
        u64::from(stream) >> self.table.bits == 0
    }

    /// Makes the entries of streams reachable.
    pub fn reach(&mut self, streams: &[u32], queue: &mut CommandQueue) -> Result<()> {
        self.table.reach(streams, &mut |leaves| {
            let told: Vec<_> = leaves.iter().map(|first| commands::cfgi_ste(*first, false)).collect();
            queue.execute(&told)
        })
    }

    /// Replaces the entry of a stream that can be reached, and waits until the SMMU goes by it.
    pub fn write(&self, stream: u32, entry: &Words, unsure: bool, queue: &mut CommandQueue) -> Result<()> {
        let Some(address) = self.table.entry(stream) else { return Ok(()) };
        let live = LiveEntry {
            memory: self.table.memory,
            address,
            reads,
            announce: &mut || queue.execute(&[commands::cfgi_ste(stream, true)]),
        };
        live.replace(entry, unsure)
    }
}

/// What becomes of an access that names no substream, where others do (STE.S1DSS).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WithoutSubstream {
    Refused = 0,
    Passes = 1,
    Substream0 = 2,
}

/// Refuses every access.
pub fn abort() -> Words {
    [V | CONFIG_ABORT, 0, 0, 0, 0, 0, 0, 0]
}

/// Passes every access unchanged.
pub fn bypass(features: &Features) -> Words {
    [V | CONFIG_BYPASS, incoming(features), 0, 0, 0, 0, 0, 0]
}

/// Translates by a table of context descriptors, as EL1 with VMID 0. ATS is off: EATS stays 0.
pub fn stage1(features: &Features, table: &ContextTable, stalls: bool, without: WithoutSubstream) -> Words {
    const S1CDMAX: u32 = 59;
    const S1STALLD: u32 = 27;
    let mut word0 = V | CONFIG_STAGE1 | table.base();
    let mut word1 = if features.coherent {
        // Write-back, read-allocate, inner shareable.
        1 << 2 | 1 << 4 | 3 << 6
    } else {
        // Non-cacheable, which is outer shareable whatever is said.
        2 << 6
    };
    if table.bits() > 0 {
        word0 |= table.format() << 4 | u64::from(table.bits()) << S1CDMAX;
        word1 |= without as u64;
        if without == WithoutSubstream::Passes {
            word1 |= incoming(features);
        }
    }
    // Says nothing but an error where there is no choice (§5.2).
    if features.stalls == Stalls::Possible && !stalls {
        word1 |= 1 << S1STALLD;
    }
    [word0, word1, 0, 0, 0, 0, 0, 0]
}

const SHCFG: u64 = 0b11 << 44;

// Shareability as it comes. Reserved without the override, and then that is what happens (§5.2).
fn incoming(features: &Features) -> u64 {
    if features.overrides_attributes { 1 << 44 } else { 0 }
}

// Which bits of an entry of this driver count (§5.2). It writes the first two words only.
fn reads(entry: &Words) -> Words {
    const OF_STAGE1: u64 = 0xff | 1 << 27 | 0b11 << 28 | 0b11 << 30;
    let all = !0;
    let mut read = [all; 8];
    if entry[0] & V == 0 {
        read = [V, 0, 0, 0, 0, 0, 0, 0];
    } else if entry[0] & 0b1110 == CONFIG_ABORT {
        read = [V | 0b1110, 0, 0, 0, 0, 0, 0, 0];
    } else if entry[0] & 0b1110 == CONFIG_BYPASS {
        read[0] = V | 0b1110;
        read[1] = !OF_STAGE1;
    } else if entry[1] & 0b11 != WithoutSubstream::Passes as u64 {
        read[1] = !SHCFG;
    }
    read
}
