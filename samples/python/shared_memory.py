"""Memory that the driver and one SMMU share."""

from contract import ENOMEM, Refused


class SharedMemory:
    """Stores that an SMMU is to see, whether it looks into the caches of the processors or not. §3.15"""

    def __init__(self, machine, is_coherent):
        self._machine = machine
        self._is_coherent = is_coherent

    def allocate(self, size):
        """Zeroed memory, aligned to its size as tables and queues must be (§3.5.1, §6.3.24). The size is a power of two."""
        address = self._machine.allocate(size, max(size, 64))
        if address is None:
            raise Refused(ENOMEM, f"no {size} bytes of memory")
        return address

    def free(self, address):
        self._machine.free(address)

    def load(self, address):
        return self._machine.load(address)

    def store(self, address, *words):
        """Stores words that stand one behind the other. Each is stored in one piece, but not all of them together."""
        for index, word in enumerate(words):
            self._machine.store(address + 8 * index, word)
        if not self._is_coherent:
            self._machine.clean(address, 8 * len(words))

    def barrier(self):
        """What was stored before is seen before anything that is stored, or written to a register, after. §3.21.2"""
        self._machine.barrier()
