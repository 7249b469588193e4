"""Indexes of a circular queue. §3.5.1"""


class Ring:
    """A pointer is an index with one more bit above it, the wrap bit: equal pointers mean empty, pointers that differ in the
    wrap bit alone mean full."""

    def __init__(self, bits):
        self.bits = bits
        self.entries = 1 << bits

    def slot(self, pointer):
        """Where a pointer points."""
        return pointer % self.entries

    def advance(self, pointer, entries=1):
        """The pointer so many entries further on."""
        return (pointer + entries) % (2 * self.entries)

    def used(self, producer, consumer):
        """Entries between consumer and producer."""
        return (producer - consumer) % (2 * self.entries)
