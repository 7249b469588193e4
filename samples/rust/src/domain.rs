//! Domains: what becomes of the accesses that are attached to them, and which SMMUs may know anything of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Memory;
use crate::asid::Asids;
use crate::commands;
use crate::error::{Error, Result};
use crate::page_table::{Format, PageTable};
use crate::probe::Features;
use crate::smmu::Smmu;
use crate::tlb;

pub type Smmus = BTreeMap<i32, Smmu>;

pub struct Domain {
    pub kind: Kind,
    // How many address spaces of devices behind each SMMU have it, or may have it.
    uses: BTreeMap<i32, usize>,
}

pub enum Kind {
    Blocked,
    Identity,
    Paging(Paging),
}

/// An address space of its own. No TLB holds anything with its ASID unless it is in use behind that SMMU: the last one
/// that leaves has the whole ASID forgotten.
pub struct Paging {
    pub tables: PageTable,
    pub asid: u16,
    // SMMUs that did not confirm to have forgotten what was unmapped. They are always in use.
    unsettled: BTreeSet<i32>,
    // Tables that those may still walk through.
    withheld: Vec<u64>,
}

impl Domain {
    pub fn new(kind: Kind) -> Self {
        Self { kind, uses: BTreeMap::new() }
    }

    pub fn is_in_use(&self) -> bool {
        !self.uses.is_empty()
    }

    pub fn paging(&self) -> Option<&Paging> {
        match &self.kind {
            Kind::Paging(paging) => Some(paging),
            _ => None,
        }
    }

    /// An address space is about to get the domain: from now on what is unmapped is forgotten by that SMMU, too.
    pub fn join(&mut self, smmu: i32) {
        *self.uses.entry(smmu).or_default() += 1;
    }

    /// An address space has got another domain, and its SMMU knows. If it was the last one there, what the TLB has of
    /// this domain goes; if that is not confirmed, nothing has changed.
    pub fn leave(&mut self, handle: i32, smmu: &mut Smmu) -> Result<()> {
        let Some(uses) = self.uses.get_mut(&handle) else { return Ok(()) };
        if *uses > 1 {
            *uses -= 1;
            return Ok(());
        }
        if let Kind::Paging(paging) = &self.kind {
            smmu.queue.execute(&[commands::tlbi_nh_asid(paging.asid)])?;
        }
        self.abandon(handle);
        Ok(())
    }

    /// An SMMU is off or has forgotten all there is of the domain.
    pub fn abandon(&mut self, smmu: i32) {
        self.uses.remove(&smmu);
        if let Kind::Paging(paging) = &mut self.kind {
            paging.settle(smmu);
        }
    }

    /// Unmaps a range: out of the tables, then out of every TLB, and only then tables that have gone are freed.
    pub fn unmap(&mut self, address: u64, bytes: u64, smmus: &mut Smmus) -> Result<u64> {
        let Kind::Paging(paging) = &mut self.kind else { return Err(Error::Invalid) };
        let unmapped = paging.tables.unmap(address, bytes);
        paging.withheld.extend(unmapped.tables);
        let mut outcome = Ok(unmapped.bytes);
        for handle in self.uses.keys() {
            let Some(smmu) = smmus.get_mut(handle) else { continue };
            let forgotten = if paging.unsettled.contains(handle) {
                // Of an earlier time something is left, and nobody knows any more what.
                smmu.queue.execute(&[commands::tlbi_nh_asid(paging.asid)])
            } else {
                let ranged = smmu.features.range_invalidation;
                let granule = paging.tables.format.granule;
                smmu.queue.execute(&tlb::forget(&unmapped.holes, paging.asid, granule, ranged))
            };
            match forgotten {
                Ok(()) => {
                    paging.unsettled.remove(handle);
                }
                Err(error) => {
                    paging.unsettled.insert(*handle);
                    outcome = outcome.and(Err(error));
                }
            }
        }
        paging.free_withheld();
        outcome
    }

    /// Nothing is ever left over but what an SMMU did not confirm.
    pub fn flush(&mut self, smmus: &mut Smmus) -> Result<()> {
        let Kind::Paging(paging) = &mut self.kind else { return Err(Error::Invalid) };
        let mut outcome = Ok(());
        for handle in paging.unsettled.clone() {
            if let Some(smmu) = smmus.get_mut(&handle) {
                match smmu.queue.execute(&[commands::tlbi_nh_asid(paging.asid)]) {
                    Ok(()) => paging.settle(handle),
                    Err(error) => outcome = outcome.and(Err(error)),
                }
            }
        }
        outcome
    }

    /// Gives everything back; it is not in use.
    pub fn free(self, asids: &mut Asids) {
        if let Kind::Paging(mut paging) = self.kind {
            paging.free_withheld();
            paging.tables.free();
            asids.give_back(paging.asid);
        }
    }
}

impl Paging {
    /// A domain that all of some SMMUs can walk, with the smallest pages that they have in common.
    pub fn create(features: &[&Features], memory: Memory, asids: &mut Asids) -> Result<Self> {
        let common = features.iter().fold(!0, |common, one| common & one.granules);
        if common == 0 || !features.iter().all(|one| one.stage1) {
            return Err(Error::NotSupported);
        }
        let granule = common.trailing_zeros();
        let least = |of: fn(&Features) -> u32| features.iter().map(|one| of(one)).min().unwrap_or(0);
        let format = Format::new(granule, least(|one| one.output_bits), memory.coherent);
        // All ASIDs in use is a state that ends when a domain does.
        let asid = asids.take(least(|one| one.asid_bits)).ok_or(Error::Busy)?;
        match PageTable::allocate(memory, format) {
            Ok(tables) => Ok(Self { tables, asid, unsettled: BTreeSet::new(), withheld: Vec::new() }),
            Err(error) => {
                asids.give_back(asid);
                Err(error)
            }
        }
    }

    /// An SMMU can walk the tables, sees what is stored in them, puts out every address in them, and tells its ASID.
    pub fn fits(&self, features: &Features) -> bool {
        let format = self.tables.format;
        features.stage1
            && features.granules >> format.granule & 1 != 0
            && features.output_bits >= format.output_bits
            && (features.coherent || !format.coherent)
            && u32::from(self.asid) >> features.asid_bits == 0
    }

    fn settle(&mut self, smmu: i32) {
        self.unsettled.remove(&smmu);
        self.free_withheld();
    }

    fn free_withheld(&mut self) {
        if self.unsettled.is_empty() {
            self.tables.release(self.withheld.drain(..));
        }
    }
}
