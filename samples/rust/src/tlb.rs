//! What TLBs are told to forget of an address space (§4.4.1.1, §4.4.2).

use crate::commands::{self, Command, Span};

/// Addresses that are not mapped any more.
pub struct Hole {
    address: u64,
    bytes: u64,
    /// What one TLB entry covers at least: the page or block that was there.
    step: u64,
    /// Pages or blocks have gone; otherwise tables have, with all below them.
    leaf: bool,
}

// Where each page takes a command of its own, more of them than this are dearer than to forget the whole address space:
// one table of 4 KiB pages goes as a whole.
const MOST_COMMANDS: u64 = 511;

// SCALE has five bits, NUM counts from one in five bits (§4.4.1.1, without IDR5.DS).
const MOST_SCALE: u32 = 31;
const COUNT_BITS: u32 = 5;

impl Hole {
    /// Adds a hole behind the others; neighbours of one kind are one.
    pub fn add(holes: &mut Vec<Hole>, address: u64, bytes: u64, step: u64, leaf: bool) {
        if let Some(last) = holes.last_mut() {
            let adjoins = last.address + last.bytes == address;
            if adjoins && last.step == step && last.leaf == leaf {
                last.bytes += bytes;
                return;
            }
        }
        holes.push(Hole { address, bytes, step, leaf });
    }

    fn spans(&self, asid: u16, granule: u32, told: &mut Vec<Command>) {
        let (mut address, mut pages) = (self.address, self.bytes >> granule);
        while pages != 0 {
            // From the largest unit down; what is left over is smaller each time.
            let scale = (u64::BITS - pages.leading_zeros()).saturating_sub(COUNT_BITS).min(MOST_SCALE);
            let count = (pages >> scale).min(1 << COUNT_BITS) as u32;
            // One granule without a level is reserved, and is said without a range.
            told.push(if count == 1 && scale == 0 {
                commands::tlbi_nh_va(asid, address, self.leaf)
            } else {
                commands::tlbi_nh_va_span(asid, address, self.leaf, &Span { count, scale, granule })
            });
            let gone = u64::from(count) << scale;
            pages -= gone;
            address += gone << granule;
        }
    }

    fn pages(&self, asid: u16, told: &mut Vec<Command>) {
        for i in 0..self.bytes / self.step {
            told.push(commands::tlbi_nh_va(asid, self.address + i * self.step, self.leaf));
        }
    }
}

/// The commands that make an SMMU forget some holes, with range invalidation or without.
pub fn forget(holes: &[Hole], asid: u16, granule: u32, ranged: bool) -> Vec<Command> {
    let mut told = Vec::new();
    if ranged {
        holes.iter().for_each(|hole| hole.spans(asid, granule, &mut told));
        return told;
    }
    if holes.iter().map(|hole| hole.bytes / hole.step).sum::<u64>() > MOST_COMMANDS {
        return vec![commands::tlbi_nh_asid(asid)];
    }
    holes.iter().for_each(|hole| hole.pages(asid, &mut told));
    told
}
