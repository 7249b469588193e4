"""Frames on standard input and output, and the numbers in them. docs/process-protocol.md

A frame is its length in four bytes, little-endian, then so many bytes of payload; the first byte of that says what the frame is.
"""

import struct

VERSION = 1
MAGIC = 0x554D4D53  # "SMMU"
LONGEST_FRAME = 16 << 20

HELLO, BEGIN, END, CALL, ANSWER = 0x01, 0x02, 0x03, 0x04, 0x05
WELCOME, ACTS = 0x11, 0x12

_LENGTH = struct.Struct("<I")


class Channel:
    """The two streams to the suite."""

    def __init__(self, source, sink):
        self._source = source
        self._sink = sink

    def receive(self):
        """The payload of the next frame, or None if the suite has closed its end."""
        header = self._source.read(4)
        if len(header) < 4:
            return None
        (length,) = _LENGTH.unpack(header)
        payload = self._source.read(length)
        return payload if len(payload) == length else None

    def send(self, payload):
        """Sends a frame."""
        self._sink.write(_LENGTH.pack(len(payload)) + payload)
        self._sink.flush()


class Reader:
    """Takes a payload apart from its start to its end."""

    def __init__(self, payload):
        self._payload = payload
        self._at = 0

    def take(self, layout):
        """Fields as struct describes them; a single one comes alone."""
        fields = struct.unpack_from("<" + layout, self._payload, self._at)
        self._at += struct.calcsize("<" + layout)
        return fields if len(fields) > 1 else fields[0]

    def text(self):
        """UTF-8 behind its length in 16 bits."""
        length = self.take("H")
        start, self._at = self._at, self._at + length
        return self._payload[start : self._at].decode()

    def numbers(self):
        """32-bit numbers behind their count in 32 bits."""
        return [self.take("I") for _ in range(self.take("I"))]


def text(value):
    """A text as it is written: its length in 16 bits, then UTF-8."""
    encoded = value.encode()[:0xFFFF]
    return struct.pack("<H", len(encoded)) + encoded
