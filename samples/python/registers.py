"""The registers that this driver uses, by their offset from page 0, and their fields. §6.2, §6.3"""

IDR0, IDR1 = 0x00, 0x04
CR0, CR0ACK, CR1, CR2 = 0x20, 0x24, 0x28, 0x2C
GBPA = 0x44
IRQ_CTRL, IRQ_CTRLACK = 0x50, 0x54
GERROR, GERRORN = 0x60, 0x64
GERROR_IRQ_CFG0, EVENTQ_IRQ_CFG0 = 0x68, 0xB0
STRTAB_BASE, STRTAB_BASE_CFG = 0x80, 0x88
CMDQ_BASE, CMDQ_PROD, CMDQ_CONS = 0x90, 0x98, 0x9C
EVENTQ_BASE = 0xA0

# These two are on page 1.
PAGE = 0x1_0000
EVENTQ_PROD, EVENTQ_CONS = PAGE + 0xA8, PAGE + 0xAC

# IDR0
IDR0_S2P, IDR0_S1P = 1 << 0, 1 << 1
IDR0_TTF_AARCH64 = 1 << 3
IDR0_COHACC, IDR0_BTM = 1 << 4, 1 << 5
IDR0_HYP, IDR0_ATS, IDR0_MSI = 1 << 9, 1 << 10, 1 << 13

# IDR1
IDR1_ATTR_TYPES_OVR = 1 << 27
IDR1_REL, IDR1_QUEUES_PRESET, IDR1_TABLES_PRESET = 1 << 28, 1 << 29, 1 << 30


def stream_bits(idr1):
    """SIDSIZE."""
    return idr1 & 0x3F


def event_queue_bits(idr1):
    """EVENTQS."""
    return idr1 >> 16 & 0x1F


def command_queue_bits(idr1):
    """CMDQS."""
    return idr1 >> 21 & 0x1F


# CR0, and CR0ACK alike
CR0_SMMUEN, CR0_EVENTQEN, CR0_CMDQEN, CR0_ATSCHK = 1 << 0, 1 << 2, 1 << 3, 1 << 4

# CR1: tables and queues are read through the caches, write-back and Inner Shareable, as processors use them.
CR1_WRITE_BACK_INNER_SHAREABLE = 0b11 << 10 | 0b01 << 8 | 0b01 << 6 | 0b11 << 4 | 0b01 << 2 | 0b01

# CR2
CR2_RECINVSID, CR2_PTM = 1 << 1, 1 << 2

# GBPA
GBPA_ABORT, GBPA_UPDATE = 1 << 20, 1 << 31

# IRQ_CTRL, and IRQ_CTRLACK alike
IRQ_GERROR, IRQ_EVENTQ = 1 << 0, 1 << 2

# The memory attributes of a message: it is written to a device. (Device-nGnRE)
MSI_DEVICE = 0b0001

# GERROR, and GERRORN alike
GERROR_CMDQ, GERROR_EVENTQ_ABT, GERROR_SFM = 1 << 0, 1 << 2, 1 << 8

# Bases: an allocation hint. §6.3.24
BASE_ALLOCATE = 1 << 62

# CMDQ_CONS.ERR
CERROR_NONE, CERROR_ILL, CERROR_ABT, CERROR_ATC_INV_SYNC = 0, 1, 2, 3

# EVENTQ_PROD.OVFLG and EVENTQ_CONS.OVACKFLG
OVERFLOW = 1 << 31


class Registers:
    """The registers of one node."""

    def __init__(self, machine, node, has_one_page):
        self._machine = machine
        self._node = node
        self._pages = PAGE if has_one_page else 2 * PAGE

    def read(self, offset):
        return self._machine.read32(self._node, self._place(offset))

    def write(self, offset, value):
        self._machine.write32(self._node, self._place(offset), value)

    def write64(self, offset, value):
        self._machine.write64(self._node, self._place(offset), value)

    # Cavium erratum 74: what belongs on page 1 stands at the same offset of page 0.
    def _place(self, offset):
        return offset % self._pages
