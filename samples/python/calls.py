"""The calls: what follows the number of an operation, and what follows the error when it has been carried out."""

import struct
from dataclasses import dataclass

from contract import EOPNOTSUPP, Refused
from wire import Reader

_INVALIDATE = 47


@dataclass(frozen=True)
class MsiTarget:
    """Where interrupts are written to, and what."""

    doorbell: int
    event_queue: int
    global_error: int
    pri_queue: int


@dataclass(frozen=True)
class Firmware:
    """What firmware says of an SMMU."""

    is_coherent: bool
    model: int
    register_bytes: int
    msi: MsiTarget | None
    busy_streams: list


def _firmware(call):
    is_coherent, model, _has_update, _update, register_bytes = call.take("?B?BQ")
    has_msi, *target = call.take("?QIII")
    return Firmware(is_coherent, model, register_bytes, MsiTarget(*target) if has_msi else None, call.numbers())


def _master_streams(call):
    # The rest says what the device could do with translations, PASIDs and ATS.
    call.text()
    return call.numbers()


def _handle(value):
    return struct.pack("<i", value)


# By number: how it is carried out.
_OPERATIONS = {
    1: lambda driver, call: _handle(driver.probe(call.take("I"), _firmware(call))),
    2: lambda driver, call: driver.remove(call.take("i")),
    3: lambda driver, call: driver.shut_down(call.take("i")),
    4: lambda driver, call: driver.handle_interrupt(*call.take("iB")),
    5: lambda driver, call: _handle(driver.add_master(call.take("i"), _master_streams(call))),
    6: lambda driver, call: driver.remove_master(call.take("i")),
    7: lambda driver, call: _handle(driver.create_domain(call.take("B"))),
    8: lambda driver, call: driver.free_domain(call.take("i")),
    9: lambda driver, call: driver.paging(call.take("i")),
    10: lambda driver, call: driver.attach(*call.take("ii")),
    11: lambda driver, call: driver.detach(call.take("i")),
    12: lambda driver, call: driver.paging(call.take("i")),
    13: lambda driver, call: driver.paging(call.take("i")),
    14: lambda driver, call: driver.paging(call.take("i")),
}


def carry_out(driver, payload):
    """Carries a call out. Returns its error, or 0, and its results."""
    call = Reader(payload)
    _kind, number = call.take("BB")
    try:
        if number not in _OPERATIONS:
            raise Refused(EOPNOTSUPP, f"operation {number} is not offered")
        return 0, _OPERATIONS[number](driver, call) or b""
    except Refused as refusal:
        # Of a guest's invalidations it is told how many were handled, whatever stopped the next one.
        return refusal.error, bytes(4) if number == _INVALIDATE else b""
