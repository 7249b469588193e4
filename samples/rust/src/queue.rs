//! Circular queues, and the one that commands go into (§3.5, §3.21.2, §4.7.3).

use core::ffi::CStr;

use crate::access::{Memory, Patience, Registers};
use crate::commands::{self, Command};
use crate::error::{Error, Result};
use crate::gerror::GlobalErrors;
use crate::machine::Level;
use crate::probe::Features;
use crate::registers::*;

/// A pointer is an index with one more bit above it, which changes at every turn: equal pointers mean empty, pointers
/// that differ in that bit alone mean full (§3.5.1).
#[derive(Clone, Copy)]
pub struct Ring {
    pub bits: u32,
}

impl Ring {
    pub fn entries(self) -> u32 {
        1 << self.bits
    }

    pub fn pointer(self, count: u64) -> u32 {
        (count & (2 * u64::from(self.entries()) - 1)) as u32
    }

    pub fn slot(self, count: u64) -> u64 {
        count & (u64::from(self.entries()) - 1)
    }

    /// How far one pointer is behind another. A queue never holds more than its entries, whatever a register says.
    pub fn distance(self, ahead: u32, behind: u32) -> u64 {
        let turn = 2 * self.entries() - 1;
        u64::from((ahead.wrapping_sub(behind) & turn).min(self.entries()))
    }
}

pub const COMMAND_BYTES: u64 = 16;

// A CMD_SYNC follows this many commands at the latest. Arm MMU-700 before r1p1 wants it (erratum 2812531); others do
// not mind.
const MOST_AT_ONCE: usize = 63;

/// Where the SMMU writes the number of each CMD_SYNC that has completed.
struct Mailbox {
    address: u64,
    last: u32,
}

pub struct CommandQueue {
    registers: Registers,
    memory: Memory,
    base: u64,
    ring: Ring,
    mailbox: Option<Mailbox>,
    twice: bool,
    // Commands handed over and commands consumed, since the queue was installed. They count on where pointers turn.
    produced: u64,
    consumed: u64,
    // Off, before the start and after the end: nothing is cached then, so there is nothing to say.
    running: bool,
    // Commands that were not understood, and given up.
    replaced: u64,
    pub errors: GlobalErrors,
}

impl CommandQueue {
    pub fn allocate(registers: Registers, memory: Memory, features: &Features) -> Result<Self> {
        let ring = Ring { bits: features.command_queue_bits };
        let base = memory.allocate(COMMAND_BYTES << ring.bits)?;
        let mut mailbox = None;
        // A message can only be seen to arrive where it goes through the caches.
        if features.msi && features.coherent {
            match memory.allocate(64) {
                Ok(address) => mailbox = Some(Mailbox { address, last: 0 }),
                Err(error) => {
                    memory.free(base);
                    return Err(error);
                }
            }
        }
        Ok(Self {
            registers,
            memory,
            base,
            ring,
            mailbox,
            twice: features.invalidates_twice,
            produced: 0,
            consumed: 0,
            running: false,
            replaced: 0,
            errors: GlobalErrors::new(registers),
        })
    }

    /// Gives its memory back; the SMMU is off.
    pub fn free(self) {
        self.memory.free(self.base);
        if let Some(mailbox) = self.mailbox {
            self.memory.free(mailbox.address);
        }
    }

    /// Tells the SMMU where the queue is. The base comes first: its size decides which bits of an index there are
    /// (§6.3.26).
    pub fn install(&mut self) {
        self.registers.write64(CMDQ_BASE, self.base | u64::from(self.ring.bits));
        self.registers.write(CMDQ_PROD, 0);
        self.registers.write(CMDQ_CONS, 0);
        self.running = true;
    }

    /// The SMMU is off.
    pub fn halt(&mut self) {
        self.running = false;
    }

    /// Has commands carried out, and returns when all have had their effect. If the SMMU gave one up, all are given
    /// again; they are invalidations, which do no harm twice.
    pub fn execute(&mut self, commands: &[Command]) -> Result<()> {
        if !self.running {
            return Ok(());
        }
        if self.errors.dead {
            return Err(Error::TimedOut);
        }
        for _attempt in 0..2 {
            let replaced = self.replaced;
            for part in commands.chunks(MOST_AT_ONCE) {
                self.carry_out(part)?;
                if self.twice {
                    self.carry_out(part)?;
                }
            }
            if self.replaced == replaced {
                return Ok(());
            }
        }
        Err(Error::Malformed)
    }

    /// Hands over commands that nobody waits for.
    pub fn post(&mut self, commands: &[Command]) -> Result<()> {
        if self.running { self.hand_over(commands) } else { Ok(()) }
    }

    /// Deals with what SMMU_GERROR says; the queue stands still until an error of it is acknowledged (§7.1).
    pub fn serve_errors(&mut self) -> bool {
        let Some(active) = self.errors.look() else { return false };
        if active.command_queue {
            self.repair();
        }
        self.errors.acknowledge(active);
        true
    }

    fn carry_out(&mut self, part: &[Command]) -> Result<()> {
        let mut batch = part.to_vec();
        let number = match &mut self.mailbox {
            Some(mailbox) => {
                mailbox.last = mailbox.last.wrapping_add(1);
                batch.push(commands::sync_with_message(mailbox.address, mailbox.last));
                mailbox.last
            }
            None => {
                batch.push(commands::sync());
                0
            }
        };
        self.hand_over(&batch)?;
        self.wait_for(self.produced, number)
    }

    fn hand_over(&mut self, commands: &[Command]) -> Result<()> {
        let mut rest = commands;
        while !rest.is_empty() {
            // 1. Room: what stands between CONS and PROD belongs to the SMMU. What is larger than the queue goes in parts.
            let (part, later) = rest.split_at(rest.len().min(self.ring.entries() as usize));
            self.wait_for_room(part.len() as u64)?;

            // 2. The commands.
            for command in part {
                self.put(self.ring.slot(self.produced), command);
                self.produced += 1;
            }

            // 3. They, and every table changed before, are visible before the SMMU is told (§3.21.2).
            self.memory.barrier();
            self.registers.write(CMDQ_PROD, self.ring.pointer(self.produced));
            rest = later;
        }
        Ok(())
    }

    fn wait_for_room(&mut self, count: u64) -> Result<()> {
        let mut patience = Patience::new(self.memory.machine);
        while self.produced - self.consumed + count > u64::from(self.ring.entries()) {
            self.read_consumer();
            if self.produced - self.consumed + count <= u64::from(self.ring.entries()) {
                break;
            }
            self.be_patient(&mut patience, c"the command queue stays full")?;
        }
        Ok(())
    }

    // A CMD_SYNC has completed when its number has arrived, or when the SMMU has gone past it. The second look is for
    // messages that got lost: after an error, and before giving up.
    fn wait_for(&mut self, end: u64, number: u32) -> Result<()> {
        let mut patience = Patience::new(self.memory.machine);
        let mut suspicious = self.mailbox.is_none();
        loop {
            if self.has_arrived(number) {
                return Ok(());
            }
            if suspicious {
                self.read_consumer();
                if self.consumed >= end {
                    return Ok(());
                }
            }
            match self.be_patient(&mut patience, c"a CMD_SYNC does not complete") {
                Ok(errors) => suspicious |= errors,
                Err(error) => {
                    self.read_consumer();
                    return if self.consumed >= end { Ok(()) } else { Err(error) };
                }
            }
        }
    }

    // Gives hardware its turn, and says whether there was an error: nobody may come to serve the interrupt before the
    // wait is over (§7.1).
    fn be_patient(&mut self, patience: &mut Patience, what: &CStr) -> Result<bool> {
        let errors = self.serve_errors();
        // Nothing more will come from an SMMU in service failure mode (§12.3).
        let waited = if self.errors.dead { Err(Error::TimedOut) } else { patience.wait() };
        if waited.is_err() {
            self.memory.machine.log(Level::Error, what);
        }
        waited.map(|()| errors)
    }

    fn has_arrived(&self, number: u32) -> bool {
        self.mailbox.as_ref().is_some_and(|mailbox| {
            let arrived = self.memory.load(mailbox.address) as u32;
            arrived.wrapping_sub(number) as i32 >= 0
        })
    }

    // ERR and unused bits are masked away with the turns (§6.3.28). Nothing is consumed that was not handed over.
    fn read_consumer(&mut self) {
        let pointer = self.registers.read(CMDQ_CONS);
        let gone = self.ring.distance(pointer, self.ring.pointer(self.consumed));
        self.consumed = (self.consumed + gone).min(self.produced);
    }

    // The SMMU stopped at a command. It fetches that again after the acknowledge, so what can work the second time is
    // left alone, and what cannot gives way to a CMD_SYNC (§7.1).
    fn repair(&mut self) {
        const NONE: u32 = 0;
        const ABORT: u32 = 2;
        const ATC_INV_SYNC: u32 = 3;
        let stopped = self.registers.read(CMDQ_CONS);
        if matches!(stopped >> 24 & 0x7f, NONE | ABORT | ATC_INV_SYNC) {
            return;
        }
        self.memory.machine.log(Level::Error, c"a command is illegal and is taken out of the queue");
        self.put(self.ring.slot(u64::from(stopped)), &commands::sync());
        self.memory.barrier();
        self.replaced += 1;
    }

    fn put(&self, slot: u64, command: &Command) {
        let address = self.base + COMMAND_BYTES * slot;
        self.memory.store(address, command[0]);
        self.memory.store(address + 8, command[1]);
        self.memory.clean(address, COMMAND_BYTES);
    }
}
