"""Global errors. A bit of GERROR that differs from its fellow in GERRORN is active; to make them equal acknowledges it. §7.5"""

import registers as r
from contract import ERROR


class GlobalErrors:
    """Deals with errors when an interrupt tells of them, and while the command queue is waited for."""

    def __init__(self, machine, registers, commands, turn_off):
        self._machine = machine
        self._registers = registers
        self._commands = commands
        self._turn_off = turn_off
        self._acknowledged = 0

    def forget(self):
        """Acknowledges what somebody before has left behind: it would keep the command queue stopped. §7.1"""
        raised = self._registers.read(r.GERROR)
        self._acknowledged = self._registers.read(r.GERRORN)
        if raised != self._acknowledged:
            self._acknowledge(raised)

    def serve(self):
        """Deals with every active error, and acknowledges exactly those that were seen."""
        # 1. Which are active. A bit that changes after this look stays active until the next one.
        raised = self._registers.read(r.GERROR)
        active = raised ^ self._acknowledged
        if active == 0:
            return

        # 2. What can be done about each.
        self._machine.log(ERROR, f"global errors: 0x{active:x}")
        if active & r.GERROR_SFM:
            # Service failure mode: the SMMU does nothing any more, and only a reset ends that. §12.3
            self._turn_off()
        if active & r.GERROR_CMDQ:
            self._repair_commands()

        # 3. A stopped queue goes on with the acknowledge, and not before.
        self._acknowledge(raised)

    def _repair_commands(self):
        stopped = self._registers.read(r.CMDQ_CONS)
        error = stopped >> 24 & 0x7F
        # After an abort the same command is fetched again, which may work; without an error nothing has stopped. Devices are
        # never asked to invalidate anything. What is left is a command that would stop the queue for ever. §7.1
        if error not in (r.CERROR_NONE, r.CERROR_ABT, r.CERROR_ATC_INV_SYNC):
            self._commands.replace(stopped & 0xF_FFFF)

    def _acknowledge(self, raised):
        self._registers.write(r.GERRORN, raised)
        self._acknowledged = raised
