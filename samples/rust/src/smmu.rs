//! One SMMU: its registers, queues and stream table, and who owns which stream.

use std::collections::BTreeMap;

use crate::abi;
use crate::access::{Memory, Registers};
use crate::commands;
use crate::error::{Error, Result};
use crate::events::EventQueue;
use crate::machine::{Level, Machine};
use crate::probe::Features;
use crate::queue::CommandQueue;
use crate::requests::Node;
use crate::reset;
use crate::stream_table::{self, StreamTable};

pub struct Smmu {
    pub registers: Registers,
    pub features: Features,
    pub memory: Memory,
    pub queue: CommandQueue,
    pub streams: StreamTable,
    events: EventQueue,
    /// Masters by StreamID.
    pub owners: BTreeMap<u32, i32>,
    /// Somebody has asked that it be off for good.
    pub retired: bool,
    is_off: bool,
}

impl Smmu {
    /// Finds out what it is, makes tables and queues, and turns it on. On failure all is as it was, or the SMMU is off;
    /// only if it does not say so the memory that it may use is lost.
    pub fn start(machine: Machine, node: &Node) -> Result<Self> {
        let page1 = if node.model == abi::MODEL_CAVIUM_CN99XX { 0 } else { 0x1_0000 };
        let registers = Registers { machine, node: node.node, page1 };
        let features = Features::read(&registers, node)?;
        let memory = Memory { machine, coherent: features.coherent, address_bits: features.address_bits };
        let mut smmu = Self::allocate(registers, features, memory)?;

        if let Err(error) = smmu.let_pass(&node.busy_streams).and_then(|()| reset::take_over(&registers)) {
            // It has not been told of any of this.
            smmu.free();
            return Err(error);
        }
        let up = reset::bring_up(
            &registers,
            &smmu.features,
            node.messages,
            &smmu.streams,
            &mut smmu.queue,
            &smmu.events,
        );
        if let Err(error) = up {
            if reset::turn_off(&registers).is_ok() {
                smmu.free();
            } else {
                machine.log(Level::Error, c"the SMMU does not turn off: the memory it knows is lost");
            }
            return Err(error);
        }
        Ok(smmu)
    }

    fn allocate(registers: Registers, features: Features, memory: Memory) -> Result<Self> {
        let queue = CommandQueue::allocate(registers, memory, &features)?;
        let events = match EventQueue::allocate(registers, memory, &features) {
            Ok(events) => events,
            Err(error) => {
                queue.free();
                return Err(error);
            }
        };
        let streams = match StreamTable::allocate(memory, &features) {
            Ok(streams) => streams,
            Err(error) => {
                events.free();
                queue.free();
                return Err(error);
            }
        };
        let owners = BTreeMap::new();
        Ok(Self {
            registers,
            features,
            memory,
            queue,
            streams,
            events,
            owners,
            retired: false,
            is_off: false,
        })
    }

    /// Gives its memory back; it is off, or has never been told.
    pub fn free(self) {
        self.streams.free();
        self.events.free();
        self.queue.free();
    }

    // What firmware has left at work goes on, from the moment the SMMU is on. Nothing is on yet, so nobody is told.
    fn let_pass(&mut self, streams: &[u32]) -> Result<()> {
        let known: Vec<u32> = streams.iter().copied().filter(|stream| self.streams.covers(*stream)).collect();
        self.streams.reach(&known, &mut self.queue)?;
        for stream in known {
            let entry = stream_table::bypass(&self.features);
            self.streams.write(stream, &entry, false, &mut self.queue)?;
        }
        Ok(())
    }

    /// Turns it off for good.
    pub fn retire(&mut self) -> Result<()> {
        self.retired = true;
        if !self.is_off {
            reset::turn_off(&self.registers)?;
            self.queue.halt();
            self.is_off = true;
        }
        Ok(())
    }

    /// Takes streams for a master, all or none. What they have stays: the default, or what firmware has left at work.
    pub fn adopt(&mut self, streams: &[u32], master: i32) -> Result<()> {
        if !streams.iter().all(|stream| self.streams.covers(*stream)) {
            return Err(Error::OutOfRange);
        }
        if streams.iter().any(|stream| self.owners.contains_key(stream)) {
            return Err(Error::NoDevice);
        }
        self.streams.reach(streams, &mut self.queue)?;
        self.owners.extend(streams.iter().map(|stream| (*stream, master)));
        Ok(())
    }

    /// Its streams are nobody's.
    pub fn disown(&mut self, streams: &[u32]) {
        streams.iter().for_each(|stream| {
            self.owners.remove(stream);
        });
    }

    /// What a device may do on its bus, by each of its streams.
    pub fn switch(&self, streams: &[u32], enables: u8) {
        // The smallest granule; without ATS it says nothing (§3.9.1).
        let unit = self.features.granules.trailing_zeros().clamp(12, 16) as u8;
        for stream in streams {
            self.registers.machine.switch_device(self.registers.node, *stream, enables, unit);
        }
        // The device has it before anything that is stored from now on.
        self.memory.barrier();
    }

    pub fn serve(&mut self, handle: i32, source: i32) -> Result<()> {
        let (errors, events) = match source {
            abi::IRQ_COMBINED => (true, true),
            abi::IRQ_GLOBAL_ERROR => (true, false),
            abi::IRQ_EVENT_QUEUE => (false, true),
            // Page requests are off, and a CMD_SYNC is polled for.
            abi::IRQ_PRI_QUEUE | abi::IRQ_COMMAND_SYNC => return Ok(()),
            _ => return Err(Error::Invalid),
        };
        // It may have been raised before the end.
        if self.is_off {
            return Ok(());
        }
        if errors {
            self.queue.serve_errors();
        }
        if events { self.drain_events(handle) } else { Ok(()) }
    }

    /// Reports every event. Nobody resolves faults here, so an access that waits is refused: it would wait for ever
    /// (§3.12.2).
    pub fn drain_events(&mut self, handle: i32) -> Result<()> {
        let mut outcome = Ok(());
        // A device that makes faults as fast as they are taken must not keep the driver here.
        for _round in 0..64 * self.events.entries() {
            let records = self.events.take();
            if records.is_empty() {
                break;
            }
            let mut answers = Vec::new();
            for record in records {
                let owner = self.owners.get(&record.stream());
                self.memory.machine.report(&abi::FaultReport {
                    smmu: handle,
                    master: owner.copied().unwrap_or(0),
                    has_master: owner.is_some().into(),
                    kind: record.kind(),
                    record: record.0,
                });
                if let Some(stag) = record.stalled() {
                    answers.push(commands::resume_abort(record.stream(), stag));
                }
            }
            outcome = outcome.and(self.queue.post(&answers));
        }
        outcome
    }
}
