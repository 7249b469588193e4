//! A table of 64-byte entries in one array or in two levels: the shape that stream tables and tables of context
//! descriptors have in common (§3.3, §5.1, §5.3). Leaves are made when one of their entries is first needed, and stay.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Memory;
use crate::entry::BYTES;
use crate::error::Result;

/// A leaf is one page of 4 KiB: 64 entries.
pub const LEAF_BITS: u32 = 6;

const DESCRIPTOR_BYTES: u64 = 8;

pub struct EntryTable {
    pub memory: Memory,
    pub base: u64,
    /// log2 of the number of entries.
    pub bits: u32,
    pub two_level: bool,
    style: Style,
    leaves: BTreeMap<u32, u64>,
    // Leaves of which the SMMU may not know yet.
    unannounced: BTreeSet<u32>,
}

/// What the two uses do not have in common.
#[derive(Clone, Copy)]
pub struct Style {
    /// The level 1 descriptor of a leaf at some address.
    pub link: fn(u64) -> u64,
    /// First word of an entry that nobody has written; the others are zero.
    pub blank: u64,
}

impl EntryTable {
    pub fn allocate(memory: Memory, bits: u32, two_level: bool, style: Style) -> Result<Self> {
        let bytes = if two_level { DESCRIPTOR_BYTES << (bits - LEAF_BITS) } else { BYTES << bits };
        let base = memory.allocate(bytes)?;
        if !two_level {
            fill(&memory, base, bits, style.blank);
        }
        Ok(Self {
            memory,
            base,
            bits,
            two_level,
            style,
            leaves: BTreeMap::new(),
            unannounced: BTreeSet::new(),
        })
    }

    /// Gives all memory back; nothing leads here any more, and the SMMU knows.
    pub fn free(self) {
        for leaf in self.leaves.values() {
            self.memory.free(*leaf);
        }
        self.memory.free(self.base);
    }

    /// Address of an entry, if there is one.
    pub fn entry(&self, index: u32) -> Option<u64> {
        if u64::from(index) >> self.bits != 0 {
            return None;
        }
        if !self.two_level {
            return Some(self.base + BYTES * u64::from(index));
        }
        let within = u64::from(index) & ((1 << LEAF_BITS) - 1);
        self.leaves.get(&(index >> LEAF_BITS)).map(|leaf| leaf + BYTES * within)
    }

    /// Makes entries that the table covers reachable: all of them, or on failure none more than before.
    ///
    /// `announce` is given one index of each new leaf. It makes the SMMU forget that there was no leaf, which it may
    /// have cached (§3.21.3); if that fails, the leaf is there all the same and is announced the next time.
    pub fn reach(&mut self, indexes: &[u32], announce: &mut dyn FnMut(&[u32]) -> Result<()>) -> Result<()> {
        if !self.two_level {
            return Ok(());
        }
        let wanted: BTreeSet<u32> = indexes.iter().map(|index| index >> LEAF_BITS).collect();

        // 1. Memory for all of them.
        let mut added = BTreeMap::new();
        for number in wanted.iter().filter(|number| !self.leaves.contains_key(number)) {
            match self.memory.allocate(BYTES << LEAF_BITS) {
                Ok(leaf) => added.insert(*number, leaf),
                Err(error) => {
                    added.values().for_each(|leaf| self.memory.free(*leaf));
                    return Err(error);
                }
            };
        }

        // 2. Complete in memory before anything leads there.
        for leaf in added.values() {
            fill(&self.memory, *leaf, LEAF_BITS, self.style.blank);
        }
        self.memory.barrier();

        // 3. One store each makes them reachable.
        for (number, leaf) in added {
            let slot = self.base + DESCRIPTOR_BYTES * u64::from(number);
            self.memory.store(slot, (self.style.link)(leaf));
            self.memory.clean(slot, DESCRIPTOR_BYTES);
            self.leaves.insert(number, leaf);
            self.unannounced.insert(number);
        }

        // 4. The SMMU is told.
        let news: Vec<u32> =
            wanted.intersection(&self.unannounced).map(|number| number << LEAF_BITS).collect();
        if !news.is_empty() {
            announce(&news)?;
        }
        self.unannounced.retain(|number| !wanted.contains(number));
        Ok(())
    }
}

fn fill(memory: &Memory, base: u64, bits: u32, blank: u64) {
    if blank == 0 {
        return;
    }
    for i in 0..1u64 << bits {
        memory.store(base + BYTES * i, blank);
    }
    memory.clean(base, BYTES << bits);
}
