"""Waiting for hardware, but never for ever."""

LIMIT = 1_000_000  # Microseconds of virtual time, for each thing that is waited for.

# What is not there at once may take long: look less and less often. To relax is cheap, to look is a round trip.
_LONGEST_PAUSE = 1024


def wait(machine, holds):
    """Looks until a condition holds. False if it did not within the limit."""
    end = None
    pause = 1
    while not holds():
        now = machine.microseconds()
        end = end if end is not None else now + LIMIT
        if now > end:
            return False
        machine.relax(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    return True
