#!/usr/bin/env python3
"""A driver for the Arm SMMUv3 in Python, for SmmuConformance: the suite starts it and speaks to it. README.md"""

import struct
import sys

import calls
import contract
import wire
from iommu import Iommu
from machine import Machine


def main():
    channel = wire.Channel(sys.stdin.buffer, sys.stdout.buffer)
    # Standard output carries the protocol: what is printed by mistake must not get there.
    sys.stdout = sys.stderr

    # 1. The suite speaks first.
    greeting = channel.receive()
    if greeting is None:
        return
    hello = wire.Reader(greeting)
    kind, magic, version, start, size = hello.take("BIHQQ")
    if kind != wire.HELLO or magic != wire.MAGIC:
        sys.exit("this program is started by the suite: SMMU_DUT=\"process:python3 driver.py\"")
    if version != wire.VERSION:
        sys.exit(f"the suite speaks version {version} of the protocol, this driver version {wire.VERSION}")
    machine = Machine(channel, hello.text(), start, size)
    channel.send(struct.pack("<BIH", wire.WELCOME, wire.MAGIC, wire.VERSION) + contract.description())

    # 2. One machine after another, and call after call, until the suite closes its end.
    driver = None
    while (payload := channel.receive()) is not None:
        machine.start_operation()
        match payload[0]:
            case wire.BEGIN:
                driver = Iommu(machine)
                machine.return_(0)
            case wire.END:
                driver = None
                machine.return_(0)
            case wire.CALL:
                machine.return_(*calls.carry_out(driver, payload))
            case kind:
                sys.exit(f"frame 0x{kind:02x} where a call must come")


if __name__ == "__main__":
    main()
