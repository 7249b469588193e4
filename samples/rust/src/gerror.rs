//! Global errors. A bit of SMMU_GERROR that differs from its fellow in SMMU_GERRORN is active, and making them equal
//! acknowledges it (§6.3.19, §7.5).

use crate::access::Registers;
use crate::machine::Level;
use crate::registers::*;

pub struct GlobalErrors {
    registers: Registers,
    // Nobody else writes SMMU_GERRORN.
    acknowledged: u32,
    /// Events were lost: of accesses that wait for an answer no record may tell (§7.2.2).
    pub events_lost: bool,
    /// The SMMU serves nothing any more (§12.3).
    pub dead: bool,
}

/// What one look has found.
pub struct Active {
    raised: u32,
    pub command_queue: bool,
}

impl GlobalErrors {
    pub fn new(registers: Registers) -> Self {
        Self { registers, acknowledged: 0, events_lost: false, dead: false }
    }

    /// Forgets what somebody has left behind: it would keep the queues stopped.
    pub fn start(&mut self) {
        self.acknowledged = self.registers.read(GERROR);
        self.registers.write(GERRORN, self.acknowledged);
    }

    pub fn look(&mut self) -> Option<Active> {
        let raised = self.registers.read(GERROR);
        let active = raised ^ self.acknowledged;
        if active == 0 {
            return None;
        }
        self.registers.machine.log(Level::Error, describe(active));
        self.events_lost |= active & GERROR_EVENTQ_ABT != 0;
        if active & GERROR_SFM != 0 {
            self.dead = true;
            // If that is not acknowledged either, nothing can be done about it here.
            let _ = self.registers.apply(CR0, CR0ACK, 0);
        }
        Some(Active { raised, command_queue: active & GERROR_CMDQ != 0 })
    }

    /// Acknowledges what was seen, and nothing that has come up since.
    pub fn acknowledge(&mut self, seen: Active) {
        self.acknowledged = seen.raised;
        self.registers.write(GERRORN, seen.raised);
    }
}

fn describe(active: u32) -> &'static core::ffi::CStr {
    match active {
        _ if active & GERROR_SFM != 0 => c"the SMMU is in service failure mode",
        _ if active & GERROR_CMDQ != 0 => c"the command queue has stopped",
        _ if active & GERROR_EVENTQ_ABT != 0 => c"the event queue cannot be written: events are lost",
        _ => c"a message or a page request could not be written",
    }
}
