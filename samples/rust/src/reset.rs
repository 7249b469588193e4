//! From whatever state an SMMU is in to translation with empty caches, and off again (§3.11, §6.3.9).

use crate::access::Registers;
use crate::commands;
use crate::error::Result;
use crate::events::EventQueue;
use crate::machine::Level;
use crate::probe::Features;
use crate::queue::CommandQueue;
use crate::registers::*;
use crate::requests::Messages;
use crate::stream_table::StreamTable;

/// Off, whoever had it on.
pub fn take_over(registers: &Registers) -> Result<()> {
    // Devices may be at work. What they do from now on is refused, not passed on untranslated (§6.3.14).
    if registers.read(CR0) & CR0_SMMUEN != 0 {
        registers.machine.log(Level::Warning, c"the SMMU is on already; it starts afresh");
        update_is_over(registers)?;
        registers.write(GBPA, registers.read(GBPA) | GBPA_ABORT | GBPA_UPDATE);
        update_is_over(registers)?;
    }
    turn_off(registers)?;
    registers.apply(IRQ_CTRL, IRQ_CTRLACK, 0)
}

/// Off: nothing of memory is read or written any more. If that is not acknowledged, anything may be.
pub fn turn_off(registers: &Registers) -> Result<()> {
    registers.apply(CR0, CR0ACK, 0)
}

/// On. The SMMU is off, and each step waits until it has happened.
pub fn bring_up(
    registers: &Registers,
    features: &Features,
    messages: Option<Messages>,
    streams: &StreamTable,
    queue: &mut CommandQueue,
    events: &EventQueue,
) -> Result<()> {
    // 1. How tables and queues are read. Whatever was there before is UNKNOWN, so all of it is written (§6.3.11).
    const INNER_WRITE_BACK: u32 = 3 << 4 | 1 << 2 | 1;
    let attributes = if features.coherent { INNER_WRITE_BACK << 6 | INNER_WRITE_BACK } else { 0 };
    registers.write(CR1, attributes);
    let deaf = if features.hears_broadcasts { CR2_PTM } else { 0 };
    registers.write(CR2, CR2_RECINVSID | deaf);

    // 2. The stream table, complete in memory before the SMMU is told.
    registers.machine.barrier();
    streams.install(registers);

    // 3. Commands. Traffic that claims to be translated is checked against its stream table entry from the beginning,
    // so that no entry is cached without that (§3.9.2).
    queue.errors.start();
    queue.install();
    let mut enables = CR0_CMDQEN | if features.ats { CR0_ATSCHK } else { 0 };
    registers.apply(CR0, CR0ACK, enables)?;

    // 4. All that was cached before goes (§3.11), one kind after another: parts with erratum 2812531 lose a second kind
    // that comes before the CMD_SYNC of the first.
    queue.execute(&[commands::cfgi_all()])?;
    if features.hypervisor {
        queue.execute(&[commands::tlbi_el2_all()])?;
    }
    queue.execute(&[commands::tlbi_nsnh_all()])?;

    // 5. Events.
    events.install();
    enables |= CR0_EVENTQEN;
    registers.apply(CR0, CR0ACK, enables)?;

    // 6. Interrupts, before anything can need one.
    route_interrupts(registers, features, messages);
    registers.apply(IRQ_CTRL, IRQ_CTRLACK, IRQ_EVENTQ | IRQ_GERROR)?;

    // 7. Translation.
    registers.apply(CR0, CR0ACK, enables | CR0_SMMUEN)
}

// An address of zero means a wire, and is not what an SMMU with messages comes up with (§3.18, §6.3.21).
fn route_interrupts(registers: &Registers, features: &Features, messages: Option<Messages>) {
    if !features.msi {
        return;
    }
    let wires = Messages { doorbell: 0, event_queue: 0, global_error: 0 };
    let to = messages.unwrap_or(wires);
    for (address, data, attributes, number) in [
        (GERROR_IRQ_CFG0, GERROR_IRQ_CFG1, GERROR_IRQ_CFG2, to.global_error),
        (EVENTQ_IRQ_CFG0, EVENTQ_IRQ_CFG1, EVENTQ_IRQ_CFG2, to.event_queue),
    ] {
        registers.write64(address, to.doorbell);
        registers.write(data, number);
        registers.write(attributes, DEVICE_NGNRE);
    }
}

fn update_is_over(registers: &Registers) -> Result<()> {
    registers.wait_until(|| registers.read(GBPA) & GBPA_UPDATE == 0)
}
