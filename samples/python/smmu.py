"""One SMMU: what it can do, how it comes up, and how it goes down. §3.11"""

import registers as r
from command_queue import CFGI_ALL, TLBI_EL2_ALL, TLBI_NSNH_ALL, CommandQueue
from contract import (
    CAVIUM_CN99XX,
    COMBINED,
    CONFIGURATION,
    EINVAL,
    ENXIO,
    ETIMEDOUT,
    EVENT_QUEUE,
    GLOBAL_ERROR,
    NVIDIA_TEGRA264,
    OTHER,
    TRANSLATION,
    WARNING,
    Refused,
)
from event_queue import EventQueue
from global_errors import GlobalErrors
from patience import wait
from registers import PAGE, Registers
from shared_memory import SharedMemory
from stream_table import StreamTable

# Events by whose matter they are. §7.3
_TRANSLATION_EVENTS = {0x10, 0x11, 0x12, 0x13}
_CONFIGURATION_EVENTS = {0x02, 0x03, 0x04, 0x06, 0x08, 0x09, 0x0A, 0x0B, 0x25}


class Smmu:
    """An SMMU that has been probed."""

    def __init__(self, machine, handle, node, firmware):
        """Finds out what the SMMU is, builds queues and table, and turns it on. On failure nothing is left."""
        self.handle = handle
        self.node = node
        self.masters = set()
        self.owners = {}  # By stream.
        self.is_off = False
        self._machine = machine
        self._firmware = firmware
        self._is_stuck = False
        self._may_use_memory = False

        # 1. Where its registers are, and what it can do.
        has_one_page = firmware.model == CAVIUM_CN99XX
        if firmware.register_bytes < (PAGE if has_one_page else 2 * PAGE):
            raise Refused(EINVAL, "a register page is missing")
        self._registers = Registers(machine, node, has_one_page)
        self._idr0 = self._registers.read(r.IDR0)
        self._idr1 = self._registers.read(r.IDR1)
        self._must_be_usable()

        # 2. Memory, all of it before the hardware is touched; then on. What cannot be had, or not be confirmed, ends it.
        parts = []
        try:
            self._build(parts)
            self._reset()
        except Refused:
            self._give_up(parts)
            raise

    def serve(self, source):
        """Serves an interrupt. CMD_SYNC is polled for, and there is no PRI queue."""
        if self.is_off:
            return
        if source in (GLOBAL_ERROR, COMBINED):
            self._errors.serve()
        if source in (EVENT_QUEUE, COMBINED):
            for record in self._events.drain():
                self._report(record)

    def shut_down(self):
        """Turns the SMMU off for good."""
        self.is_off = True
        if not self._write_cr0(0):
            raise Refused(ETIMEDOUT, "the SMMU does not go off")

    def free(self):
        """Gives all memory back; the SMMU is off."""
        self.streams.free()
        self._events.free()
        self._commands.free()

    def _build(self, parts):
        machine, registers, idr1 = self._machine, self._registers, self._idr1
        memory = SharedMemory(machine, self._firmware.is_coherent)

        gives_twice = self._firmware.model == NVIDIA_TEGRA264
        self._commands = CommandQueue(machine, registers, memory, r.command_queue_bits(idr1), gives_twice)
        parts.append(self._commands)
        self._events = EventQueue(machine, registers, memory, r.event_queue_bits(idr1))
        parts.append(self._events)
        overrides_types = bool(idr1 & r.IDR1_ATTR_TYPES_OVR)
        self.streams = StreamTable(registers, memory, self._commands, r.stream_bits(idr1), overrides_types)
        parts.append(self.streams)

        self._errors = GlobalErrors(machine, registers, self._commands, turn_off=lambda: self._write_cr0(0))
        self._commands.while_waiting = self._errors.serve

        # Devices that firmware has left at work go on.
        for stream in filter(self.streams.covers, self._firmware.busy_streams):
            self.streams.prepare(stream, self.streams.bypass)

    def _give_up(self, parts):
        # While an update of CR0 is under way another one must not begin (§6.3.9). And while the SMMU may still use memory that
        # it was told of, the memory is lost rather than given to somebody else.
        if self._may_use_memory and (self._is_stuck or not self._write_cr0(0)):
            return
        for part in parts:
            part.free()

    def _must_be_usable(self):
        # The driver translates nothing, but without these it is no SMMU that the manual knows. §6.3.1
        if not self._idr0 & (r.IDR0_S1P | r.IDR0_S2P):
            raise Refused(ENXIO, "no stage translates")
        if not self._idr0 & r.IDR0_TTF_AARCH64:
            raise Refused(ENXIO, "no AArch64 tables")
        # Then bases are fixed, and must not be written. §6.3.2
        if self._idr1 & (r.IDR1_TABLES_PRESET | r.IDR1_QUEUES_PRESET | r.IDR1_REL):
            raise Refused(ENXIO, "preset tables or queues")
        # Firmware knows how the SMMU is wired, and is believed. §6.3.1
        if bool(self._idr0 & r.IDR0_COHACC) != self._firmware.is_coherent:
            self._machine.log(WARNING, "firmware and IDR0.COHACC disagree on coherency; firmware is believed")

    def _reset(self):
        registers = self._registers

        # 1. Somebody has left it on. Devices may be at work: they are refused before their translation goes. §6.3.14
        if registers.read(r.CR0) & r.CR0_SMMUEN:
            self._machine.log(WARNING, "the SMMU is on already; it starts afresh")
            self._abort_while_off()

        # 2. Off: bases may be moved only now. §6.3.9
        self._enable(0)

        # 3. How tables and queues are read. Invalid StreamIDs are told; broadcast TLB maintenance is not needed. §6.3.11, §6.3.12
        registers.write(r.CR1, r.CR1_WRITE_BACK_INNER_SHAREABLE)
        registers.write(r.CR2, r.CR2_RECINVSID | (r.CR2_PTM if self._idr0 & r.IDR0_BTM else 0))

        # 4. Table and commands.
        self._may_use_memory = True
        self.streams.install()
        self._errors.forget()
        self._commands.install()
        enables = r.CR0_CMDQEN
        self._enable(enables)

        # 5. Caches may hold anything, also from an earlier owner. Each command has a CMD_SYNC of its own: an early MMU-700 loses
        # one behind another (erratum 2812531). §3.11
        self._commands.execute(CFGI_ALL)
        if self._idr0 & r.IDR0_HYP:
            self._commands.execute(TLBI_EL2_ALL)
        self._commands.execute(TLBI_NSNH_ALL)

        # 6. Events.
        self._events.install()
        enables |= r.CR0_EVENTQEN
        self._enable(enables)

        # 7. A device that claims to have a translation is checked: otherwise it would pass. §3.9.1.3, §6.3.9.2
        if self._idr0 & r.IDR0_ATS:
            enables |= r.CR0_ATSCHK
            self._enable(enables)

        # 8. Interrupts, before anything can need one.
        self._enable_interrupts()

        # 9. Translation.
        self._enable(enables | r.CR0_SMMUEN)

    def _abort_while_off(self):
        # GBPA is changed by a handshake: no write while an update is under way, and each one is waited for. §6.3.14.1
        if not wait(self._machine, self._gbpa_is_settled):
            raise Refused(ETIMEDOUT, "an update of GBPA does not end")
        value = self._registers.read(r.GBPA)
        self._registers.write(r.GBPA, value | r.GBPA_ABORT | r.GBPA_UPDATE)
        if not wait(self._machine, self._gbpa_is_settled):
            raise Refused(ETIMEDOUT, "the update of GBPA does not end")

    def _gbpa_is_settled(self):
        return not self._registers.read(r.GBPA) & r.GBPA_UPDATE

    def _enable_interrupts(self):
        # 1. Off while they are configured: a message could go anywhere. §6.3.21
        self._apply(r.IRQ_CTRL, r.IRQ_CTRLACK, 0)

        # 2. A message is a write to a device. Address 0 means a wire, and what an earlier owner wrote must not stay. §3.18
        if self._idr0 & r.IDR0_MSI:
            target = self._firmware.msi
            for offset, data in (
                (r.GERROR_IRQ_CFG0, target.global_error if target else 0),
                (r.EVENTQ_IRQ_CFG0, target.event_queue if target else 0),
            ):
                self._registers.write64(offset, target.doorbell if target else 0)
                self._registers.write(offset + 8, data)
                self._registers.write(offset + 12, r.MSI_DEVICE)

        # 3. On.
        self._apply(r.IRQ_CTRL, r.IRQ_CTRLACK, r.IRQ_GERROR | r.IRQ_EVENTQ)

    def _enable(self, enables):
        if not self._write_cr0(enables):
            raise Refused(ETIMEDOUT, f"CR0 = 0x{enables:x} is not acknowledged")

    def _write_cr0(self, value):
        self._is_stuck = not self._is_applied(r.CR0, r.CR0ACK, value)
        return not self._is_stuck

    def _apply(self, control, acknowledge, value):
        if not self._is_applied(control, acknowledge, value):
            raise Refused(ETIMEDOUT, f"register 0x{control:x} = 0x{value:x} is not acknowledged")

    # A write only starts an update, which has ended when the acknowledge shows the value. §6.3.9, §6.3.16
    def _is_applied(self, control, acknowledge, value):
        self._registers.write(control, value)
        return wait(self._machine, lambda: self._registers.read(acknowledge) == value)

    def _report(self, record):
        event, stream = record[0] & 0xFF, record[0] >> 32
        kind = (
            TRANSLATION
            if event in _TRANSLATION_EVENTS
            else CONFIGURATION if event in _CONFIGURATION_EVENTS else OTHER
        )
        owner = self.owners.get(stream)
        self._machine.report(self.handle, owner.handle if owner else None, kind, record)
