"""The event queue: what went wrong, in the order in which it did. §7.2"""

import registers as r
from contract import WARNING
from ring import Ring

_RECORD_WORDS = 4
_RECORD_BYTES = 8 * _RECORD_WORDS
_MOST_BITS = 7


class EventQueue:
    """The SMMU fills it until there is no room; what comes then is lost. §7.4"""

    def __init__(self, machine, registers, memory, largest):
        self._machine = machine
        self._registers = registers
        self._memory = memory
        self._ring = Ring(min(largest, _MOST_BITS))
        self._consumer = 0
        self._overflow = 0
        self._base = memory.allocate(_RECORD_BYTES << self._ring.bits)

    def free(self):
        """Gives the memory back; the SMMU must be off."""
        self._memory.free(self._base)

    def install(self):
        """Tells the SMMU where the queue is. It is empty, and no overflow waits for an acknowledge. §6.3.29"""
        self._consumer, self._overflow = 0, 0
        self._registers.write64(r.EVENTQ_BASE, r.BASE_ALLOCATE | self._base | self._ring.bits)
        self._registers.write(r.EVENTQ_PROD, 0)
        self._registers.write(r.EVENTQ_CONS, 0)

    def drain(self):
        """Every record there is, oldest first. An interrupt tells only that the queue is not empty any more, so all are taken,
        also those that come meanwhile. §3.5.3"""
        while True:
            # 1. How far the SMMU has come, and whether it has lost something since the last look.
            producer = self._registers.read(r.EVENTQ_PROD)
            overflow = producer & r.OVERFLOW
            is_new = overflow != self._overflow
            if is_new:
                self._machine.log(WARNING, "the event queue has overflowed: events are lost")
            self._overflow = overflow
            left = self._ring.used(producer, self._consumer)
            if left == 0 and not is_new:
                return

            # 2. A slot may be overwritten as soon as it is given back: the copies come first. §3.21.2
            records = [self._record(self._ring.advance(self._consumer, i)) for i in range(left)]
            self._memory.barrier()
            self._consumer = self._ring.advance(self._consumer, left)
            self._registers.write(r.EVENTQ_CONS, self._overflow | self._consumer)
            yield from records

    def _record(self, pointer):
        slot = self._base + _RECORD_BYTES * self._ring.slot(pointer)
        return tuple(self._memory.load(slot + 8 * word) for word in range(_RECORD_WORDS))
