//! The operations: finds what handles name, checks what can be checked, and changes something only then.

use std::collections::BTreeMap;

use crate::abi;
use crate::access::Memory;
use crate::asid::Asids;
use crate::domain::{Domain, Kind, Paging, Smmus};
use crate::error::{Error, Result};
use crate::machine::Machine;
use crate::master::{Domains, Master, NO_SUBSTREAM};
use crate::probe::Features;
use crate::requests::{Device, Node, Protection, Wanted};
use crate::smmu::Smmu;

pub struct Driver {
    machine: Machine,
    smmus: Smmus,
    masters: BTreeMap<i32, Master>,
    domains: Domains,
    asids: Asids,
    last_handle: i32,
}

impl Driver {
    pub fn new(machine: Machine) -> Self {
        Self {
            machine,
            smmus: Smmus::new(),
            masters: BTreeMap::new(),
            domains: Domains::new(),
            asids: Asids::default(),
            last_handle: 0,
        }
    }

    // A handle is never given out twice, whatever it stands for.
    fn next_handle(&self) -> Result<i32> {
        self.last_handle.checked_add(1).ok_or(Error::NoSpace)
    }

    pub fn probe(&mut self, node: &Node) -> Result<i32> {
        if self.smmus.values().any(|smmu| smmu.registers.node == node.node) {
            return Err(Error::Busy);
        }
        let handle = self.next_handle()?;
        self.smmus.insert(handle, Smmu::start(self.machine, node)?);
        self.last_handle = handle;
        Ok(handle)
    }

    pub fn shutdown(&mut self, smmu: i32) -> Result<()> {
        let found = self.smmus.get_mut(&smmu).ok_or(Error::NotFound)?;
        found.retire()
    }

    pub fn remove(&mut self, handle: i32) -> Result<()> {
        let smmu = self.smmus.get_mut(&handle).ok_or(Error::NotFound)?;
        if !smmu.retired && self.masters.values().any(|master| master.smmu == handle) {
            return Err(Error::Busy);
        }

        // Off. Until that is confirmed it may use any of the memory.
        smmu.retire()?;

        // Devices that were left behind by a shutdown.
        let left: Vec<i32> =
            self.masters.iter().filter(|(_, one)| one.smmu == handle).map(|(key, _)| *key).collect();
        for master in left.iter().filter_map(|key| self.masters.remove(key)) {
            for domain in master.attached.values().chain(&master.doubt.lingering) {
                if let Some(domain) = self.domains.get_mut(domain) {
                    domain.abandon(handle);
                }
            }
            if let Some(contexts) = master.contexts {
                contexts.free();
            }
        }
        if let Some(smmu) = self.smmus.remove(&handle) {
            smmu.free();
        }
        Ok(())
    }

    pub fn handle_interrupt(&mut self, handle: i32, source: i32) -> Result<()> {
        let smmu = self.smmus.get_mut(&handle).ok_or(Error::NotFound)?;
        let mut outcome = smmu.serve(handle, source);
        if smmu.queue.errors.events_lost {
            let mut ended = Ok(());
            for master in self.masters.values_mut().filter(|one| one.smmu == handle && one.may_stall()) {
                ended = ended.and(master.end_stalls(handle, smmu, &self.domains));
            }
            smmu.queue.errors.events_lost = ended.is_err();
            outcome = outcome.and(ended);
        }
        outcome
    }

    pub fn add_master(&mut self, smmu: i32, device: &Device) -> Result<i32> {
        let handle = self.next_handle()?;
        let found = self.smmus.get_mut(&smmu).ok_or(Error::NotFound)?;
        if device.streams.is_empty() {
            return Err(Error::Invalid);
        }
        let master = Master::new(smmu, &found.features, device);
        found.adopt(&master.streams, handle)?;
        if master.substream_bits > 0 {
            found.switch(&master.streams, abi::ENABLE_PASID);
        }
        self.masters.insert(handle, master);
        self.last_handle = handle;
        Ok(handle)
    }

    pub fn remove_master(&mut self, handle: i32) -> Result<()> {
        let master = self.masters.get(&handle).ok_or(Error::NotFound)?;
        // PASIDs first: the last change is that of the entries.
        let attached: Vec<u32> = master.attached.keys().copied().collect();
        for substream in attached.into_iter().rev() {
            self.change(handle, substream, None)?;
        }
        self.change(handle, NO_SUBSTREAM, None)?;

        let Some(master) = self.masters.remove(&handle) else { return Ok(()) };
        if let Some(smmu) = self.smmus.get_mut(&master.smmu) {
            if master.substream_bits > 0 {
                smmu.switch(&master.streams, 0);
            }
            smmu.disown(&master.streams);
        }
        if let Some(contexts) = master.contexts {
            contexts.free();
        }
        Ok(())
    }

    pub fn create_domain(&mut self, wanted: &Wanted) -> Result<i32> {
        let handle = self.next_handle()?;
        let kind = match wanted {
            Wanted::Blocked => Kind::Blocked,
            Wanted::Identity => Kind::Identity,
            Wanted::Paging(smmus) => Kind::Paging(self.create_paging(smmus)?),
        };
        self.domains.insert(handle, Domain::new(kind));
        self.last_handle = handle;
        Ok(handle)
    }

    fn create_paging(&mut self, smmus: &[i32]) -> Result<Paging> {
        let found = smmus.iter().map(|smmu| self.smmus.get(smmu).map(|smmu| &smmu.features));
        let features: Vec<&Features> = found.collect::<Option<_>>().ok_or(Error::NotFound)?;
        let memory = Memory {
            machine: self.machine,
            coherent: features.iter().all(|one| one.coherent),
            address_bits: features.iter().map(|one| one.output_bits).min().ok_or(Error::Invalid)?,
        };
        Paging::create(&features, memory, &mut self.asids)
    }

    pub fn free_domain(&mut self, handle: i32) -> Result<()> {
        if self.domains.get(&handle).ok_or(Error::NotFound)?.is_in_use() {
            return Err(Error::Busy);
        }
        if let Some(domain) = self.domains.remove(&handle) {
            domain.free(&mut self.asids);
        }
        Ok(())
    }

    /// Sizes of pages, bits of input addresses, bits of output addresses.
    pub fn geometry(&self, domain: i32) -> Result<(u64, u8, u8)> {
        let format = self.paging(domain)?.tables.format;
        Ok((format.page_sizes(), format.input_bits as u8, format.output_bits as u8))
    }

    pub fn attach(&mut self, master: i32, domain: i32) -> Result<()> {
        self.change(master, NO_SUBSTREAM, Some(domain))
    }

    pub fn detach(&mut self, master: i32) -> Result<()> {
        self.change(master, NO_SUBSTREAM, None)
    }

    pub fn pasids_of(&self, master: i32) -> Result<u32> {
        let substreams = self.masters.get(&master).ok_or(Error::NotFound)?.substreams();
        Ok(if substreams > 1 { substreams } else { 0 })
    }

    pub fn attach_pasid(&mut self, handle: i32, pasid: u32, domain: i32) -> Result<()> {
        let master = self.masters.get(&handle).ok_or(Error::NotFound)?;
        let wanted = self.domains.get(&domain).ok_or(Error::NotFound)?;
        if pasid == NO_SUBSTREAM || pasid >= master.substreams() {
            return Err(Error::Invalid);
        }
        if master.attached.contains_key(&pasid) {
            return Err(Error::Busy);
        }
        if wanted.paging().is_none() {
            return Err(Error::Invalid);
        }
        self.change(handle, pasid, Some(domain))
    }

    pub fn detach_pasid(&mut self, handle: i32, pasid: u32) -> Result<()> {
        let master = self.masters.get(&handle).ok_or(Error::NotFound)?;
        if pasid == NO_SUBSTREAM || !master.attached.contains_key(&pasid) {
            return Err(Error::NotFound);
        }
        self.change(handle, pasid, None)
    }

    /// Gives an address space of a device another domain, or none. The old translation stays in force until the new one
    /// is written, and what it used is given up only when the SMMU has forgotten it.
    fn change(&mut self, handle: i32, substream: u32, wanted: Option<i32>) -> Result<()> {
        let master = self.masters.get_mut(&handle).ok_or(Error::NotFound)?;
        let smmu = self.smmus.get_mut(&master.smmu).ok_or(Error::NotFound)?;
        let old = master.attached.get(&substream).copied();
        let is_new = old != wanted;
        if let Some(wanted) = wanted {
            let domain = self.domains.get_mut(&wanted).ok_or(Error::NotFound)?;
            // 1. All that can be refused without a change.
            if let Some(paging) = domain.paging().filter(|_| is_new || master.doubt.is_any()) {
                if !paging.fits(&smmu.features) {
                    return Err(Error::Invalid);
                }
                master.reach_context(substream, smmu)?;
            }
            // 2. From now on the SMMU may hold translations of it: what is unmapped is forgotten there, too.
            if is_new {
                domain.join(master.smmu);
            }
        }
        if !is_new && !master.doubt.is_any() {
            return Ok(());
        }

        // 3. The entries. What is not confirmed counts as not made, but as possible.
        let mut plan = master.attached.clone();
        match wanted {
            Some(wanted) => plan.insert(substream, wanted),
            None => plan.remove(&substream),
        };
        if let Err(error) = master.write(&plan, substream, smmu, &self.domains) {
            master.doubt.add(substream, wanted.filter(|_| is_new));
            return Err(error);
        }

        // 4. Nothing leads to the old domain any more, but the TLB may know it. If it does not confirm to have forgotten
        // it, the domain lingers; or stays attached if there is no other, so that this can be asked for again.
        let mut leave = |domain: i32| match self.domains.get_mut(&domain) {
            Some(domain) => domain.leave(master.smmu, smmu),
            None => Ok(()),
        };
        let mut outcome = Ok(());
        if let Some(left) = old.filter(|_| is_new) {
            outcome = leave(left);
            match (outcome, wanted) {
                (Err(_), None) => {
                    master.doubt.add(substream, None);
                    return outcome;
                }
                (Err(_), Some(_)) => master.doubt.lingering.push(left),
                (Ok(()), _) => {}
            }
        }
        master.attached = plan;

        // 5. The same for what earlier failures have left.
        master.doubt.lingering.retain(|lingering| {
            let left = outcome.and_then(|()| leave(*lingering));
            outcome = outcome.and(left);
            left.is_err()
        });
        outcome
    }

    pub fn map(
        &mut self,
        domain: i32,
        address: u64,
        output: u64,
        bytes: u64,
        protection: Protection,
    ) -> Result<()> {
        let tables = &self.paging(domain)?.tables;
        let format = &tables.format;
        if !format.is_aligned(address | output | bytes) {
            return Err(Error::Invalid);
        }
        if !is_below(address, bytes, format.input_bits) || !is_below(output, bytes, format.output_bits) {
            return Err(Error::OutOfRange);
        }
        if bytes == 0 { Ok(()) } else { tables.map(address, output, bytes, protection) }
    }

    pub fn unmap(&mut self, handle: i32, address: u64, bytes: u64) -> Result<u64> {
        let format = self.paging(handle)?.tables.format;
        if !format.is_aligned(address | bytes) {
            return Err(Error::Invalid);
        }
        if !is_below(address, bytes, format.input_bits) {
            return Err(Error::OutOfRange);
        }
        let domain = self.domains.get_mut(&handle).ok_or(Error::NotFound)?;
        domain.unmap(address, bytes, &mut self.smmus)
    }

    pub fn flush(&mut self, handle: i32) -> Result<()> {
        let domain = self.domains.get_mut(&handle).ok_or(Error::NotFound)?;
        domain.flush(&mut self.smmus)
    }

    fn paging(&self, domain: i32) -> Result<&Paging> {
        self.domains.get(&domain).ok_or(Error::NotFound)?.paging().ok_or(Error::Invalid)
    }
}

// Without a sum that could overflow.
fn is_below(first: u64, bytes: u64, bits: u32) -> bool {
    first < 1 << bits && bytes <= (1 << bits) - first
}
