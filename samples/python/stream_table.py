"""The stream table: one array of entries, one for each StreamID. §3.3.1, §5.2"""

import registers as r
from command_queue import cfgi_ste
from contract import ERANGE, Refused

_ENTRY_BYTES = 64

# 4 MiB of entries, enough for a segment of PCIe (§3.2). Larger StreamIDs are refused: a table of one level has an entry for
# each, used or not.
_MOST_BITS = 16

# The first two words of entries; all others are 0. V is bit 0, Config is [3:1], SHCFG is [109:108].
_VALID = 1
ABORT = (0b000 << 1 | _VALID, 0)
_BYPASS = 0b100 << 1 | _VALID
_SHCFG_INCOMING = 0b01 << (108 - 64)


class StreamTable:
    """Entries that nobody has are zero: V is 0, so every access is refused, with an event each. The entries of a device that
    has no domain abort in silence."""

    def __init__(self, registers, memory, commands, stream_bits, overrides_types):
        self._registers = registers
        self._memory = memory
        self._commands = commands
        self._bits = min(stream_bits, _MOST_BITS)
        # Everything passes as it came. Where incoming attributes cannot be overridden SHCFG is RES0, and they do anyway.
        self.bypass = (_BYPASS, _SHCFG_INCOMING if overrides_types else 0)
        # Streams of which the SMMU has not confirmed the last change.
        self._unsettled = set()
        self._base = memory.allocate(_ENTRY_BYTES << self._bits)

    def free(self):
        """Gives the memory back; the SMMU must be off."""
        self._memory.free(self._base)

    def covers(self, stream):
        """The stream has an entry."""
        return stream >> self._bits == 0

    def install(self):
        """Tells the SMMU where the table is; what is in it is visible before. §6.3.24"""
        self._memory.barrier()
        self._registers.write64(r.STRTAB_BASE, r.BASE_ALLOCATE | self._base)
        self._registers.write(r.STRTAB_BASE_CFG, self._bits)

    def prepare(self, stream, entry):
        """Writes an entry before the table is installed."""
        self._memory.store(self._entry(stream), *entry)

    def adopt(self, stream):
        """Somebody owns the stream now: what was refused with events is refused in silence. What is at work goes on."""
        if self._memory.load(self._entry(stream)) & _VALID == 0 or stream in self._unsettled:
            self.change(stream, ABORT)

    def change(self, stream, entry):
        """Replaces an entry that the SMMU may read at any moment, in any order of its words. §3.21.3

        Word 1 means something to an entry that passes accesses and nothing to one that refuses them. So it changes while word 0
        refuses, and the SMMU has forgotten the old word before the other changes: whatever it sees is the old entry or the new
        one. A change that was not confirmed in time can be made again, or another one, from any step.
        """
        at = self._entry(stream)
        if stream in self._unsettled:
            self._announce(stream)
        for word in (1, 0) if entry == self.bypass else (0, 1):
            if self._memory.load(at + 8 * word) != entry[word]:
                self._memory.store(at + 8 * word, entry[word])
                self._announce(stream)

    # The SMMU may have cached what was there, also if that was invalid. §3.21.3
    def _announce(self, stream):
        self._unsettled.add(stream)
        self._commands.execute(cfgi_ste(stream))
        self._unsettled.discard(stream)

    def _entry(self, stream):
        if not self.covers(stream):
            raise Refused(ERANGE, f"stream 0x{stream:x} is beyond the table")
        return self._base + _ENTRY_BYTES * stream
