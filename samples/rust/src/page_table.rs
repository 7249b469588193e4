//! A page table of stage 1 in VMSAv8-64 (Arm ARM D8.3). Pages and blocks come and go; nothing valid is ever changed into
//! something else, so that no break-before-make is needed (§3.21.1.1).

use crate::access::Memory;
use crate::context_table::{DEVICE_NGNRE, NON_CACHEABLE, WRITE_BACK};
use crate::error::{Error, Result};
use crate::requests::Protection;
use crate::tlb::Hole;

const DESCRIPTOR_BYTES: u64 = 8;
const LAST_LEVEL: u32 = 3;

/// The shape of a table: what several SMMUs must have in common to walk the same one.
#[derive(Clone, Copy)]
pub struct Format {
    /// log2 of a page.
    pub granule: u32,
    pub input_bits: u32,
    pub output_bits: u32,
    pub coherent: bool,
    first_level: u32,
}

impl Format {
    pub fn new(granule: u32, output_bits: u32, coherent: bool) -> Self {
        // As far as whole tables reach without one more level of two entries: 48 bits, but 47 with pages of 16 KiB.
        let (input_bits, first_level) = match granule {
            12 => (48, 0),
            14 => (47, 1),
            _ => (48, 1),
        };
        Self { granule, input_bits, output_bits, coherent, first_level }
    }

    /// Sizes of pages and blocks, one bit each.
    pub fn page_sizes(&self) -> u64 {
        (self.first_level..=LAST_LEVEL)
            .filter(|level| self.has_leaves(*level))
            .map(|level| self.reach(level))
            .sum()
    }

    pub fn is_aligned(&self, bits: u64) -> bool {
        bits & ((1 << self.granule) - 1) == 0
    }

    /// Bytes that one descriptor of a level stands for.
    fn reach(&self, level: u32) -> u64 {
        1 << (self.granule + (LAST_LEVEL - level) * self.index_bits())
    }

    fn index_bits(&self) -> u32 {
        self.granule - 3
    }

    // A descriptor of this level can map something: a page, or a block (Arm ARM D8.3, without 52-bit addresses).
    fn has_leaves(&self, level: u32) -> bool {
        level == LAST_LEVEL || level == 2 || (level == 1 && self.granule == 12)
    }

    fn table_bytes(&self, level: u32) -> u64 {
        if level == self.first_level {
            DESCRIPTOR_BYTES * ((1u64 << self.input_bits) / self.reach(level))
        } else {
            1 << self.granule
        }
    }

    fn slot(&self, table: u64, level: u32, address: u64) -> u64 {
        let entries = self.table_bytes(level) / DESCRIPTOR_BYTES;
        table + DESCRIPTOR_BYTES * (address / self.reach(level) % entries)
    }

    fn kind(&self, level: u32, word: u64) -> Kind {
        match word & 0b11 {
            0b11 if level == LAST_LEVEL => Kind::Leaf,
            0b11 => Kind::Table(word & 0xffff_ffff_f000),
            0b01 if level != LAST_LEVEL => Kind::Leaf,
            _ => Kind::Nothing,
        }
    }

    fn leaf(&self, level: u32, output: u64, protection: Protection) -> u64 {
        const VALID: u64 = 1;
        const PAGE: u64 = 1 << 1;
        const UNPRIVILEGED: u64 = 1 << 6;
        const READ_ONLY: u64 = 1 << 7;
        const AF: u64 = 1 << 10;
        const NG: u64 = 1 << 11;
        const PXN_UXN: u64 = 0b11 << 53;
        const UXN: u64 = 1 << 54;
        let when = |condition: bool, bits: u64| if condition { bits } else { 0 };
        let cached = protection.cache && !protection.device;
        let (attributes, shareability) = match () {
            () if protection.device => (DEVICE_NGNRE, 2),
            () if cached => (WRITE_BACK, 3),
            () => (NON_CACHEABLE, 2),
        };
        // It has been used, so that nothing faults to say so (§3.13); it is nobody else's (§3.17.1).
        output
            | VALID
            | when(level == LAST_LEVEL, PAGE)
            | attributes << 2
            | when(!protection.privileged, UNPRIVILEGED)
            | when(!protection.write, READ_ONLY)
            | shareability << 8
            | AF
            | NG
            | when(protection.no_execute, PXN_UXN)
            // What may not be read without privilege could still be fetched.
            | when(protection.privileged, UXN)
    }
}

enum Kind {
    Nothing,
    Leaf,
    Table(u64),
}

/// Input addresses, from the first to the first behind.
#[derive(Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
}

impl Span {
    fn bytes(&self) -> u64 {
        self.end - self.start
    }

    /// Cut into what each descriptor of a level stands for.
    fn parts(self, reach: u64) -> impl Iterator<Item = Span> {
        let mut start = self.start;
        core::iter::from_fn(move || {
            (start < self.end).then(|| {
                let end = self.end.min((start & !(reach - 1)) + reach);
                let part = Span { start, end };
                start = end;
                part
            })
        })
    }
}

/// What an unmap has taken out of a table.
#[derive(Default)]
pub struct Unmapped {
    pub bytes: u64,
    /// What TLBs may still know.
    pub holes: Vec<Hole>,
    /// Tables that nothing points to any more; TLBs may still know them.
    pub tables: Vec<u64>,
}

pub struct PageTable {
    memory: Memory,
    pub format: Format,
    /// CD.TTB0.
    pub root: u64,
}

impl PageTable {
    pub fn allocate(memory: Memory, format: Format) -> Result<Self> {
        let root = memory.allocate(format.table_bytes(format.first_level))?;
        Ok(Self { memory, format, root })
    }

    /// Gives every table back; nothing leads here any more, and no TLB knows anything of it.
    pub fn free(self) {
        let mut below = Unmapped::default();
        self.collect(self.root, self.format.first_level, &mut below);
        below.tables.iter().for_each(|table| self.memory.free(*table));
    }

    pub fn release(&self, tables: impl Iterator<Item = u64>) {
        tables.for_each(|table| self.memory.free(table));
    }

    /// Maps a range with the largest pages that fit: all of it, or on failure nothing. The range is not empty, aligned,
    /// and within the format.
    pub fn map(&self, address: u64, output: u64, bytes: u64, protection: Protection) -> Result<()> {
        let (span, offset) = (Span { start: address, end: address + bytes }, output.wrapping_sub(address));

        // 1. Nothing is in the way, and this many tables are missing.
        let missing = self.survey(Some(self.root), self.format.first_level, span, offset)?;

        // 2. Here they are.
        let mut spare = Vec::new();
        for _ in 0..missing {
            match self.memory.allocate(1 << self.format.granule) {
                Ok(table) => spare.push(table),
                Err(error) => {
                    self.release(spare.into_iter());
                    return Err(error);
                }
            }
        }

        // 3. From the leaves upwards: a table is complete before it can be reached.
        self.fill(self.root, self.format.first_level, span, offset, protection, &mut spare);
        Ok(())
    }

    /// Unmaps a range that is aligned and within the format. A block is never split: if the range cuts one, nothing is
    /// unmapped.
    pub fn unmap(&self, address: u64, bytes: u64) -> Unmapped {
        let mut unmapped = Unmapped::default();
        let span = Span { start: address, end: address + bytes };
        if bytes != 0 && !self.is_cut(span.start) && !self.is_cut(span.end) {
            self.clear(self.root, self.format.first_level, span, &mut unmapped);
        }
        unmapped
    }

    fn survey(&self, table: Option<u64>, level: u32, span: Span, offset: u64) -> Result<usize> {
        let mut missing = 0;
        for part in span.parts(self.format.reach(level)) {
            let word = table.map_or(0, |table| self.memory.load(self.format.slot(table, level, part.start)));
            missing += match self.format.kind(level, word) {
                Kind::Leaf => return Err(Error::AlreadyExists),
                Kind::Table(next) => self.survey(Some(next), level + 1, part, offset)?,
                Kind::Nothing if self.fits_leaf(level, part, offset) => 0,
                Kind::Nothing => 1 + self.survey(None, level + 1, part, offset)?,
            };
        }
        Ok(missing)
    }

    fn fill(
        &self,
        table: u64,
        level: u32,
        span: Span,
        offset: u64,
        protection: Protection,
        spare: &mut Vec<u64>,
    ) {
        for part in span.parts(self.format.reach(level)) {
            let slot = self.format.slot(table, level, part.start);
            let kind = self.format.kind(level, self.memory.load(slot));
            if let Kind::Table(next) = kind {
                self.fill(next, level + 1, part, offset, protection, spare);
            } else if self.fits_leaf(level, part, offset) {
                let output = part.start.wrapping_add(offset);
                self.memory.store(slot, self.format.leaf(level, output, protection));
            } else if let Some(next) = spare.pop() {
                self.fill(next, level + 1, part, offset, protection, spare);
                self.memory.store(slot, next | 0b11);
            }
        }
        self.publish(table, level, span);
    }

    fn clear(&self, table: u64, level: u32, span: Span, unmapped: &mut Unmapped) {
        let reach = self.format.reach(level);
        for part in span.parts(reach) {
            let slot = self.format.slot(table, level, part.start);
            match self.format.kind(level, self.memory.load(slot)) {
                Kind::Nothing => {}
                Kind::Table(next) if part.bytes() < reach => self.clear(next, level + 1, part, unmapped),
                Kind::Table(next) => {
                    self.memory.store(slot, 0);
                    self.collect(next, level + 1, unmapped);
                    let page = 1 << self.format.granule;
                    Hole::add(&mut unmapped.holes, part.start, reach, page, false);
                }
                Kind::Leaf => {
                    self.memory.store(slot, 0);
                    unmapped.bytes += reach;
                    Hole::add(&mut unmapped.holes, part.start, reach, reach, true);
                }
            }
        }
        self.publish(table, level, span);
    }

    // A table that has gone, with what it mapped and all tables below it.
    fn collect(&self, table: u64, level: u32, unmapped: &mut Unmapped) {
        for slot in (table..table + self.format.table_bytes(level)).step_by(DESCRIPTOR_BYTES as usize) {
            match self.format.kind(level, self.memory.load(slot)) {
                Kind::Nothing => {}
                Kind::Table(next) => self.collect(next, level + 1, unmapped),
                Kind::Leaf => unmapped.bytes += self.format.reach(level),
            }
        }
        unmapped.tables.push(table);
    }

    // A block maps what is on both sides of the border at this address.
    fn is_cut(&self, address: u64) -> bool {
        if address >> self.format.input_bits != 0 {
            return false;
        }
        let mut table = self.root;
        for level in self.format.first_level..=LAST_LEVEL {
            let slot = self.format.slot(table, level, address);
            match self.format.kind(level, self.memory.load(slot)) {
                Kind::Nothing => return false,
                Kind::Leaf => return address & (self.format.reach(level) - 1) != 0,
                Kind::Table(next) => table = next,
            }
        }
        false
    }

    fn fits_leaf(&self, level: u32, part: Span, offset: u64) -> bool {
        let reach = self.format.reach(level);
        self.format.has_leaves(level) && part.bytes() == reach && offset & (reach - 1) == 0
    }

    // What was stored of a table is visible before what is stored from now on.
    fn publish(&self, table: u64, level: u32, span: Span) {
        let first = self.format.slot(table, level, span.start);
        let last = self.format.slot(table, level, span.end - 1);
        self.memory.clean(first, last + DESCRIPTOR_BYTES - first);
        self.memory.barrier();
    }
}
