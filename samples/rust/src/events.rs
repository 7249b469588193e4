//! The event queue, and what its records mean (§3.5, §7.2 to §7.4).

use crate::abi;
use crate::access::{Memory, Registers};
use crate::error::Result;
use crate::machine::Level;
use crate::probe::Features;
use crate::queue::Ring;
use crate::registers::*;

const RECORD_WORDS: u64 = 4;
const RECORD_BYTES: u64 = 8 * RECORD_WORDS;

const OVERFLOW: u32 = 1 << 31;

pub struct EventQueue {
    registers: Registers,
    memory: Memory,
    base: u64,
    ring: Ring,
    consumed: u64,
    // EVENTQ_PROD.OVFLG as it was acknowledged.
    overflow: u32,
}

impl EventQueue {
    pub fn allocate(registers: Registers, memory: Memory, features: &Features) -> Result<Self> {
        let ring = Ring { bits: features.event_queue_bits };
        let base = memory.allocate(RECORD_BYTES << ring.bits)?;
        Ok(Self { registers, memory, base, ring, consumed: 0, overflow: 0 })
    }

    /// Gives its memory back; the SMMU is off.
    pub fn free(self) {
        self.memory.free(self.base);
    }

    /// Tells the SMMU where the queue is: empty, and nothing lost (§6.3.95).
    pub fn install(&self) {
        self.registers.write64(EVENTQ_BASE, self.base | u64::from(self.ring.bits));
        self.registers.write(self.registers.page1 + EVENTQ_PROD, 0);
        self.registers.write(self.registers.page1 + EVENTQ_CONS, 0);
    }

    pub fn entries(&self) -> u32 {
        self.ring.entries()
    }

    /// Takes all records that the queue shows at one look. Nothing taken means nothing there: the interrupt comes again
    /// only when the queue has been empty, so its handler looks until then (§3.18.2).
    pub fn take(&mut self) -> Vec<Record> {
        // 1. How far the SMMU has come, and whether it has lost records since the last look (§7.4).
        let producer = self.registers.read(self.registers.page1 + EVENTQ_PROD);
        let overflow = producer & OVERFLOW;
        let lost = overflow != self.overflow;
        if lost {
            self.memory.machine.log(Level::Warning, c"events were lost: the event queue was full");
        }
        let count = self.ring.distance(producer, self.ring.pointer(self.consumed));

        // 2. Copies, all made before their places are given back (§3.5.2).
        let records: Vec<Record> = (self.consumed..self.consumed + count).map(|at| self.read(at)).collect();
        self.memory.barrier();

        // 3. One write gives the places back and acknowledges the loss.
        self.consumed += count;
        self.overflow = overflow;
        if lost || count != 0 {
            let consumer = self.ring.pointer(self.consumed) | overflow;
            self.registers.write(self.registers.page1 + EVENTQ_CONS, consumer);
        }
        records
    }

    fn read(&self, at: u64) -> Record {
        let address = self.base + RECORD_BYTES * self.ring.slot(at);
        Record(core::array::from_fn(|word| self.memory.load(address + 8 * word as u64)))
    }
}

pub struct Record(pub [u64; RECORD_WORDS as usize]);

impl Record {
    fn id(&self) -> u8 {
        self.0[0] as u8
    }

    pub fn stream(&self) -> u32 {
        (self.0[0] >> 32) as u32
    }

    /// The tag by which an access that waits is to be answered. Only the faults of a translation stall, and all of them
    /// say so in the same place (§7.3.13 to §7.3.16).
    pub fn stalled(&self) -> Option<u16> {
        const STALL: u64 = 1 << 31;
        (self.kind() == abi::FAULT_TRANSLATION && self.0[1] & STALL != 0).then_some(self.0[1] as u16)
    }

    /// Whose matter it is.
    pub fn kind(&self) -> u8 {
        match self.id() {
            // F_TRANSLATION, F_ADDR_SIZE, F_ACCESS, F_PERMISSION.
            0x10..=0x13 => abi::FAULT_TRANSLATION,
            // C_BAD_STREAMID, F_STE_FETCH, C_BAD_STE.
            0x02..=0x04
            // F_STREAM_DISABLED, C_BAD_SUBSTREAMID, F_CD_FETCH, C_BAD_CD, F_WALK_EABT, F_VMS_FETCH.
            | 0x06 | 0x08..=0x0b | 0x25 => abi::FAULT_CONFIGURATION,
            // What this driver has no use for, or does not know, is no reason to stop (§7.3).
            _ => abi::FAULT_OTHER,
        }
    }
}
