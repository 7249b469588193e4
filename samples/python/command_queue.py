"""The command queue: commands to the SMMU, and waiting until they have had their effect. §3.5, §4"""

import patience
import registers as r
from contract import EIO, ENXIO, ERROR, ETIMEDOUT, Refused
from ring import Ring

_COMMAND_BYTES = 16

# Each command is waited for, so a large queue buys nothing.
_MOST_BITS = 8

# Two entries at a time would do, but no part offers fewer than these, and Linux refuses such hardware too.
_LEAST_BITS = 7

# Opcodes. §4.1.1
_CFGI_STE, _CFGI_STE_RANGE, _TLBI_EL2_ALL, _TLBI_NSNH_ALL, _SYNC = 0x03, 0x04, 0x20, 0x30, 0x46


def cfgi_ste(stream):
    """Forget one stream table entry; level 1 descriptors stay, for there are none. §4.3.1"""
    return (_CFGI_STE | stream << 32, 1)


# Forget every stream table entry. §4.3.6
CFGI_ALL = (_CFGI_STE_RANGE, 31)

# Forget every translation of EL2. Illegal where there is no hypervisor. §4.4.2.7
TLBI_EL2_ALL = (_TLBI_EL2_ALL, 0)

# Forget every other Non-secure translation. §4.4.4.1
TLBI_NSNH_ALL = (_TLBI_NSNH_ALL, 0)

# Wait for the effect of all commands before. CS is 0: no signal is asked for, CMDQ_CONS is polled. §4.7.3
SYNC = (_SYNC, 0)


class CommandQueue:
    """Commands are stored, a barrier makes them visible, and a write of CMDQ_PROD hands them over. §3.21.2"""

    def __init__(self, machine, registers, memory, largest, gives_twice):
        if largest < _LEAST_BITS:
            raise Refused(ENXIO, f"a command queue of 2^{largest} entries is too small")
        self._machine = machine
        self._registers = registers
        self._memory = memory
        self._ring = Ring(min(largest, _MOST_BITS))
        self._gives_twice = gives_twice
        self._producer = 0
        self._lost = 0
        # Called at each look while something is waited for: an error stops the queue until somebody acknowledges it, and the
        # interrupt may not be served before the wait is over. §7.1
        self.while_waiting = lambda: None
        self._base = memory.allocate(_COMMAND_BYTES << self._ring.bits)

    def free(self):
        """Gives the memory back; the SMMU must be off."""
        self._memory.free(self._base)

    def install(self):
        """Tells the SMMU where the queue is. The base comes first: the size decides which bits of an index exist. §6.3.26"""
        self._producer = 0
        self._registers.write64(r.CMDQ_BASE, r.BASE_ALLOCATE | self._base | self._ring.bits)
        self._registers.write(r.CMDQ_PROD, 0)
        self._registers.write(r.CMDQ_CONS, 0)

    def execute(self, command):
        """Has an invalidation carried out, and waits until it has had its effect."""
        for _ in range(2):
            lost = self._lost
            self._publish(command)
            # Tegra264, erratum T264-SMMU-3: what one invalidation misses, a second one behind a CMD_SYNC does not.
            if self._gives_twice:
                self._publish(command)
            if self._lost == lost:
                return
        # What has been replaced by a CMD_SYNC has had no effect, and the second try went the same way.
        raise Refused(EIO, "the SMMU does not understand a command")

    def replace(self, pointer):
        """Puts a CMD_SYNC where the SMMU has stopped; it is fetched again when the error is acknowledged. §7.1"""
        slot = self._slot(pointer)
        words = self._memory.load(slot), self._memory.load(slot + 8)
        self._machine.log(ERROR, f"illegal command replaced: {words[0]:016x} {words[1]:016x}")
        self._memory.store(slot, *SYNC)
        self._memory.barrier()
        self._lost += 1

    # A command and the CMD_SYNC behind it.
    def _publish(self, command):
        # 1. A slot between consumer and producer belongs to the SMMU. §3.21.2
        if not self._wait_for(lambda used: used + 2 <= self._ring.entries):
            raise Refused(ETIMEDOUT, "the command queue stays full")

        # 2. Commands, and every table that was changed before, are visible before the SMMU is told.
        for entry in (command, SYNC):
            self._memory.store(self._slot(self._producer), *entry)
            self._producer = self._ring.advance(self._producer)
        self._memory.barrier()
        self._registers.write(r.CMDQ_PROD, self._producer)

        # 3. Commands are consumed in order, and a CMD_SYNC only when those before have had their effect. §4.7.3
        if not self._wait_for(lambda used: used == 0):
            raise Refused(ETIMEDOUT, "a CMD_SYNC does not complete")

    def _wait_for(self, holds):
        def look():
            consumer = self._registers.read(r.CMDQ_CONS) % (2 * self._ring.entries)
            if holds(self._ring.used(self._producer, consumer)):
                return True
            self.while_waiting()
            return False

        return patience.wait(self._machine, look)

    def _slot(self, pointer):
        return self._base + _COMMAND_BYTES * self._ring.slot(pointer)
