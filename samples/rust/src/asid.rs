//! ASIDs, one pool for all SMMUs: a domain has the same one wherever it is attached (§3.17). Number 0 is nobody's.

use std::collections::BTreeSet;

pub const FIRST: u16 = 1;

#[derive(Default)]
pub struct Asids {
    given: BTreeSet<u16>,
}

impl Asids {
    /// The lowest that is free and has no more than so many bits.
    pub fn take(&mut self, bits: u32) -> Option<u16> {
        let most = ((1u32 << bits) - 1) as u16;
        let asid = (FIRST..=most).zip(self.given.iter()).find(|(free, given)| free != *given);
        let asid = match asid {
            Some((free, _)) => free,
            // All below are given out, without a gap.
            None => self.given.last().map_or(Some(FIRST), |last| last.checked_add(1))?,
        };
        (asid <= most).then(|| {
            self.given.insert(asid);
            asid
        })
    }

    /// Gives one back of which no TLB knows anything.
    pub fn give_back(&mut self, asid: u16) {
        self.given.remove(&asid);
    }
}
