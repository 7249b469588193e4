//! A device: what its address spaces are attached to, and the entries that say so to the SMMU.

use std::collections::{BTreeMap, BTreeSet};

use crate::commands;
use crate::context_table::{self, ContextTable};
use crate::domain::{Domain, Kind, Paging};
use crate::entry::Words;
use crate::error::Result;
use crate::probe::Features;
use crate::requests::Device;
use crate::smmu::Smmu;
use crate::stream_table::{self, WithoutSubstream};

pub type Domains = BTreeMap<i32, Domain>;

/// Domains by substream; 0 stands for accesses that name none. What is not here is refused.
pub type Attached = BTreeMap<u32, i32>;

pub const NO_SUBSTREAM: u32 = 0;

pub struct Master {
    pub smmu: i32,
    /// Each once, in order.
    pub streams: Vec<u32>,
    pub stalls: bool,
    pub substream_bits: u32,
    pub contexts: Option<ContextTable>,
    pub attached: Attached,
    pub doubt: Doubt,
}

/// What the SMMU has not confirmed. It may go by an entry as it was at any time since, so what those times led to is
/// kept until it has confirmed an entry that does not.
#[derive(Default)]
pub struct Doubt {
    pub entries: bool,
    pub contexts: BTreeSet<u32>,
    /// Domains that may be in use beside those attached.
    pub lingering: Vec<i32>,
}

impl Doubt {
    pub fn is_any(&self) -> bool {
        self.entries || !self.contexts.is_empty() || !self.lingering.is_empty()
    }

    /// A change of an address space was not confirmed; the domain is one that it may have got.
    pub fn add(&mut self, substream: u32, domain: Option<i32>) {
        self.entries = true;
        self.contexts.insert(substream);
        self.lingering.extend(domain);
    }
}

impl Master {
    pub fn new(handle: i32, features: &Features, device: &Device) -> Self {
        let streams = BTreeSet::from_iter(device.streams.iter().copied());
        let most = if features.two_level_contexts { u32::MAX } else { context_table::MOST_LINEAR_BITS };
        Self {
            smmu: handle,
            streams: streams.into_iter().collect(),
            stalls: features.stalls(device.can_stall),
            substream_bits: device.substream_bits.min(features.substream_bits).min(most),
            contexts: None,
            attached: Attached::new(),
            doubt: Doubt::default(),
        }
    }

    /// Accesses of it may wait for an answer: where nothing is translated, nothing does.
    pub fn may_stall(&self) -> bool {
        self.stalls && (!self.attached.is_empty() || self.doubt.is_any())
    }

    /// How many numbers there are for its address spaces; one means that it cannot name any.
    pub fn substreams(&self) -> u32 {
        1 << self.substream_bits
    }

    /// Makes the context descriptor of an address space reachable, with the table that it stands in.
    pub fn reach_context(&mut self, substream: u32, smmu: &mut Smmu) -> Result<()> {
        if let Some(contexts) = &mut self.contexts {
            return contexts.reach(substream, &self.streams, &mut smmu.queue);
        }
        let two_levels = smmu.features.two_level_contexts;
        let mut contexts = ContextTable::allocate(smmu.memory, self.substream_bits, two_levels)?;
        match contexts.reach(substream, &self.streams, &mut smmu.queue) {
            Ok(()) => self.contexts = Some(contexts),
            Err(error) => {
                // Nothing leads there yet.
                contexts.free();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Makes the SMMU go by a plan, of which one substream differs from what is attached: descriptors before what leads
    /// to them, and none cleared before nothing does.
    pub fn write(&mut self, plan: &Attached, changed: u32, smmu: &mut Smmu, domains: &Domains) -> Result<()> {
        let mut touched = self.doubt.contexts.clone();
        touched.insert(changed);
        let space = |substream: &u32| {
            plan.get(substream).and_then(|handle| domains.get(handle)).and_then(Domain::paging)
        };

        for substream in &touched {
            if let Some(paging) = space(substream) {
                self.write_context(*substream, &self.descriptor(paging), smmu)?;
            }
        }
        let entry = self.entry(plan, smmu, domains);
        for stream in &self.streams {
            smmu.streams.write(*stream, &entry, self.doubt.entries, &mut smmu.queue)?;
        }
        for substream in &touched {
            if space(substream).is_none() {
                self.write_context(*substream, &context_table::INVALID, smmu)?;
            }
        }
        self.doubt.entries = false;
        self.doubt.contexts.clear();
        Ok(())
    }

    /// Ends all accesses that wait and of which no record may tell: new ones are refused meanwhile, and those of which
    /// there is a record have their answer first (§4.7.2).
    pub fn end_stalls(&mut self, handle: i32, smmu: &mut Smmu, domains: &Domains) -> Result<()> {
        let ended = self.refuse_and_end(handle, smmu);
        let entry = self.entry(&self.attached, smmu, domains);
        let restored = ended.and_then(|()| {
            self.streams
                .iter()
                .try_for_each(|stream| smmu.streams.write(*stream, &entry, false, &mut smmu.queue))
        });
        self.doubt.entries |= restored.is_err();
        restored
    }

    fn refuse_and_end(&self, handle: i32, smmu: &mut Smmu) -> Result<()> {
        for stream in &self.streams {
            let entry = stream_table::abort();
            smmu.streams.write(*stream, &entry, self.doubt.entries, &mut smmu.queue)?;
        }
        smmu.drain_events(handle)?;
        let ends: Vec<_> = self.streams.iter().map(|stream| commands::stall_term(*stream)).collect();
        smmu.queue.execute(&ends)
    }

    fn write_context(&self, substream: u32, descriptor: &Words, smmu: &mut Smmu) -> Result<()> {
        let Some(contexts) = &self.contexts else { return Ok(()) };
        let unsure = self.doubt.contexts.contains(&substream);
        contexts.write(substream, descriptor, unsure, &self.streams, &mut smmu.queue)
    }

    fn descriptor(&self, paging: &Paging) -> Words {
        context_table::descriptor(&paging.tables, paging.asid, self.stalls)
    }

    // The entry of each stream: through the context table if any address space needs it.
    fn entry(&self, plan: &Attached, smmu: &Smmu, domains: &Domains) -> Words {
        let features = &smmu.features;
        let main = plan.get(&NO_SUBSTREAM).and_then(|handle| domains.get(handle)).map(|domain| &domain.kind);
        let named = plan.keys().any(|substream| *substream != NO_SUBSTREAM);
        let without = match main {
            Some(Kind::Paging(_)) => WithoutSubstream::Substream0,
            Some(Kind::Identity) => WithoutSubstream::Passes,
            Some(Kind::Blocked) | None => WithoutSubstream::Refused,
        };
        match &self.contexts {
            Some(contexts) if named || without == WithoutSubstream::Substream0 => {
                stream_table::stage1(features, contexts, self.stalls, without)
            }
            _ if without == WithoutSubstream::Passes => stream_table::bypass(features),
            _ => stream_table::abort(),
        }
    }
}
