"""The machine: memory, barriers, registers, time. The driver touches nothing but this.

Acts that have no result are collected, and sent together with the next one that has. So the order is kept and a write costs
nothing, but a read is a round trip.
"""

import mmap
import struct

import wire

# Acts without a result.
STORE, BARRIER, CLEAN, WRITE32, WRITE64, FREE, RELAX, REPORT, LOG, LOADED = 1, 2, 3, 4, 5, 7, 8, 9, 12, 13

# Acts with one; the last act of a frame is one of these, or the return.
READ32, READ64, ALLOCATE, LOAD, MICROSECONDS, SETTLE, RETURN = 32, 33, 34, 35, 37, 38, 63

_NO_MEMORY = 0xFFFF_FFFF_FFFF_FFFF


class Machine:
    """One machine after another: a Begin starts the next."""

    def __init__(self, channel, path, start, size):
        self._channel = channel
        self._start = start
        self._size = size
        with open(path, "r+b") as window:
            self._window = mmap.mmap(window.fileno(), size)
        self._acts = bytearray()
        self.start_operation()

    # Memory.

    def allocate(self, size, alignment):
        """Zeroed memory, or None if there is none."""
        address = self._ask(struct.pack("<BQQ", ALLOCATE, size, alignment))
        return None if address == _NO_MEMORY else address

    def free(self, address):
        """Gives memory back that no SMMU can reach any more."""
        self._act(struct.pack("<BQ", FREE, address))

    def load(self, address):
        """An aligned 64-bit word."""
        if not self._is_in_window(address):
            return self._ask(struct.pack("<BQ", LOAD, address))
        # What hardware has written since is in the window only after a turn of the suite.
        if self._is_stale:
            self.settle()
        self._act(struct.pack("<BQ", LOADED, address))
        return struct.unpack_from("<Q", self._window, address - self._start)[0]

    def store(self, address, value):
        """Stores an aligned 64-bit word in one piece."""
        self._act(struct.pack("<BQQ", STORE, address, value))
        # The suite stores it in memory; the driver reads it back from the window.
        if self._is_in_window(address):
            struct.pack_into("<Q", self._window, address - self._start, value)

    def barrier(self):
        """Every store before is visible to every SMMU before any store or register write after."""
        self._act(struct.pack("<B", BARRIER))

    def clean(self, address, size):
        """Writes cached lines back, for an SMMU that does not look into caches."""
        self._act(struct.pack("<BQQ", CLEAN, address, size))

    # Registers of an SMMU, by the number of its node.

    def read32(self, node, offset):
        return self._ask(struct.pack("<BII", READ32, node, offset))

    def read64(self, node, offset):
        return self._ask(struct.pack("<BII", READ64, node, offset))

    def write32(self, node, offset, value):
        self._act(struct.pack("<BIII", WRITE32, node, offset, value))
        self._is_stale = True

    def write64(self, node, offset, value):
        self._act(struct.pack("<BIIQ", WRITE64, node, offset, value))
        self._is_stale = True

    # Time.

    def relax(self, times):
        """Lets hardware and time go on: the only clock."""
        self._act(struct.pack("<BI", RELAX, times))
        self._is_stale = True

    def microseconds(self):
        """Virtual time."""
        return self._ask(struct.pack("<B", MICROSECONDS))

    # What is told.

    def report(self, smmu, master, kind, record):
        """Hands an event to whoever owns the device; master is None if nobody does."""
        has_master = master is not None
        self._act(struct.pack("<BiBiB4Q", REPORT, smmu, has_master, master if has_master else 0, kind, *record))

    def log(self, level, message):
        """A line for the engineer."""
        self._act(struct.pack("<BB", LOG, level) + wire.text(message))

    # The conversation.

    def start_operation(self):
        """The suite has spoken: the window is up to date, and nothing has been said yet."""
        self._acts[:] = bytes([wire.ACTS])
        self._is_stale = False

    def settle(self):
        """Everything said so far has happened when this returns."""
        self._ask(struct.pack("<B", SETTLE))

    def return_(self, error, results=b""):
        """Ends an operation."""
        self._act(struct.pack("<Bi", RETURN, error) + results)
        self._channel.send(bytes(self._acts))

    def _act(self, act):
        # A frame has a limit.
        if len(self._acts) + len(act) > wire.LONGEST_FRAME // 2:
            self.settle()
        self._acts += act

    def _ask(self, act):
        self._acts += act
        self._channel.send(bytes(self._acts))
        answer = self._channel.receive()
        if answer is None:
            raise SystemExit("the suite is gone")
        kind, value = struct.unpack("<BQ", answer)
        if kind != wire.ANSWER:
            raise SystemExit(f"frame 0x{kind:02x} where an answer must come")
        self.start_operation()
        return value

    def _is_in_window(self, address):
        return self._start <= address and address + 8 <= self._start + self._size
