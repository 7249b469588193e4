"""What the suite and the driver agree on, in numbers: errors, kinds, what the driver says of itself."""

import struct

import wire

ENOENT, EIO, ENXIO, ENOMEM, EBUSY = 2, 5, 6, 12, 16
ENODEV, EINVAL, ERANGE, EOPNOTSUPP, ETIMEDOUT = 19, 22, 34, 95, 110


class Refused(Exception):
    """An operation is refused; nothing has changed, unless it was hardware that did not confirm a change."""

    def __init__(self, error, why):
        super().__init__(why)
        self.error = error


# Kinds of domain.
BLOCKED, IDENTITY, PAGING = 0, 1, 2

# Interrupts. One wire may serve them all (§3.18.2): then it may be any.
EVENT_QUEUE, PRI_QUEUE, GLOBAL_ERROR, COMMAND_SYNC, COMBINED = range(5)

# Kinds of fault in a report.
TRANSLATION, CONFIGURATION, OTHER = 0, 1, 2

# Levels of a line in the log.
INFORMATION, WARNING, ERROR = 0, 1, 2

# Parts of which firmware says more than their registers do.
CAVIUM_CN99XX, NVIDIA_TEGRA264 = 2, 3

_IDENTITY_DOMAINS, _BLOCKED_DOMAINS, _MULTIPLE_SMMUS = 1 << 0, 1 << 1, 1 << 4


def description():
    """The rest of a Welcome: who this is, what it can do, and the choices that the architecture leaves to it."""
    return (
        wire.text("sample-python")
        + wire.text("1.0")
        + struct.pack(
            "<IIBBBBBBHB",
            _IDENTITY_DOMAINS | _BLOCKED_DOMAINS | _MULTIPLE_SMMUS,
            0,  # No optional operations.
            0,  # ASIDs: global. There are none.
            0,  # VMIDs: global. There are none.
            0,  # Streams without a domain abort.
            0,  # Strict flushing. There is nothing to flush.
            1,  # The stream table is always linear.
            0,  # Broadcast TLB maintenance is not listened to.
            1,  # The first ASID.
            0,  # Every store is told, in order.
        )
    )
