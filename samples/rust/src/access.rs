//! How the driver reaches an SMMU's registers and the memory both share, and how long it waits for an answer.

use crate::error::{Error, Result};
use crate::machine::Machine;

/// Registers of one SMMU.
#[derive(Clone, Copy)]
pub struct Registers {
    pub machine: Machine,
    pub node: u32,
    /// Where page 1 begins: 64 KiB behind page 0 (§6.1), except on parts that have its registers on page 0.
    pub page1: u32,
}

impl Registers {
    pub fn read(&self, offset: u32) -> u32 {
        self.machine.read32(self.node, offset)
    }

    pub fn write(&self, offset: u32, value: u32) {
        self.machine.write32(self.node, offset, value);
    }

    pub fn write64(&self, offset: u32, value: u64) {
        self.machine.write64(self.node, offset, value);
    }

    /// Writes a control register and waits for its acknowledge: until that shows the value, the change may not have
    /// happened. An update that is under way, of whoever, must not be met by another one (§6.3.9, §6.3.16).
    pub fn apply(&self, control: u32, acknowledge: u32, value: u32) -> Result<()> {
        self.wait_until(|| self.read(control) == self.read(acknowledge))?;
        self.write(control, value);
        self.wait_until(|| self.read(acknowledge) == value)
    }

    pub fn wait_until(&self, holds: impl Fn() -> bool) -> Result<()> {
        let mut patience = Patience::new(self.machine);
        while !holds() {
            patience.wait()?;
        }
        Ok(())
    }
}

/// Nothing is waited for longer than a second: hardware that has not answered by then is taken for dead.
pub struct Patience {
    machine: Machine,
    end: u64,
    pause: u32,
}

const LIMIT: u64 = 1_000_000;
const LONGEST_PAUSE: u32 = 512;

impl Patience {
    pub fn new(machine: Machine) -> Self {
        let end = machine.microseconds().saturating_add(LIMIT);
        Self { machine, end, pause: 1 }
    }

    /// Gives hardware its turn. What is slow is looked at less and less often.
    pub fn wait(&mut self) -> Result<()> {
        if self.machine.microseconds() >= self.end {
            return Err(Error::TimedOut);
        }
        for _ in 0..self.pause {
            self.machine.relax();
        }
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

/// Memory that SMMUs read.
#[derive(Clone, Copy)]
pub struct Memory {
    pub machine: Machine,
    /// Its readers look into the caches of the PEs. Where one does not, stores are cleaned (§3.15).
    pub coherent: bool,
    /// No address that an SMMU is told may be larger than this (§6.3.6, OAS).
    pub address_bits: u32,
}

impl Memory {
    /// Zeroed memory, aligned to its size: tables and queues all want that (§6.3.24, §6.3.26, §5.1).
    pub fn allocate(&self, bytes: u64) -> Result<u64> {
        let size = bytes.max(64).next_power_of_two();
        let address = self.machine.allocate(size, size).ok_or(Error::OutOfMemory)?;
        let last = address.checked_add(size - 1);
        if last.is_none_or(|last| last >> self.address_bits != 0) {
            self.machine.free(address);
            return Err(Error::OutOfMemory);
        }
        // The zeroes count, too: what has no entry yet must read as none.
        self.clean(address, size);
        Ok(address)
    }

    /// Gives memory back that no SMMU can reach any more.
    pub fn free(&self, address: u64) {
        self.machine.free(address);
    }

    pub fn load(&self, address: u64) -> u64 {
        self.machine.load(address)
    }

    pub fn store(&self, address: u64, value: u64) {
        self.machine.store(address, value);
    }

    /// Writes stores back for readers that are not coherent. Says nothing about order: that is what `barrier` is for.
    pub fn clean(&self, address: u64, bytes: u64) {
        if !self.coherent {
            self.machine.clean(address, bytes);
        }
    }

    pub fn barrier(&self) {
        self.machine.barrier();
    }
}
