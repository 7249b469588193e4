"""The driver as the suite calls it: checks arguments, finds what handles stand for, and answers or refuses."""

from contract import (
    BLOCKED,
    EBUSY,
    EINVAL,
    ENODEV,
    ENOENT,
    EOPNOTSUPP,
    ERANGE,
    IDENTITY,
    Refused,
)
from smmu import Smmu
from stream_table import ABORT


class Domain:
    """What accesses meet: all are refused, or all pass. It needs nothing of any SMMU, so it can be behind several."""

    def __init__(self, kind):
        self._kind = kind

    def entry(self, smmu):
        """The stream table entry of a device that has it."""
        return smmu.streams.bypass if self._kind == IDENTITY else ABORT


class Master:
    """A device behind one SMMU."""

    def __init__(self, handle, smmu, streams):
        self.handle = handle
        self.smmu = smmu
        self.streams = sorted(set(streams))
        self.domain = None
        # Domains that hardware may use for it though a change failed; until it confirms one they must not go.
        self.doubtful = set()

    def change(self, domain):
        """Gives it a domain, or none: then its accesses are refused."""
        entry = domain.entry(self.smmu) if domain else ABORT
        try:
            for stream in self.streams:
                self.smmu.streams.change(stream, entry)
        except Refused:
            if domain:
                self.doubtful.add(domain)
            raise
        self.domain = domain
        self.doubtful.clear()

    def uses(self, domain):
        return self.domain is domain or domain in self.doubtful


class Iommu:
    """The driver of one machine."""

    def __init__(self, machine):
        self._machine = machine
        self._smmus = {}
        self._masters = {}
        self._domains = {}
        self._last = 0

    # SMMUs.

    def probe(self, node, firmware):
        if any(smmu.node == node for smmu in self._smmus.values()):
            raise Refused(EBUSY, f"node {node} has been probed")
        handle = self._new_handle()
        self._smmus[handle] = Smmu(self._machine, handle, node, firmware)
        return handle

    def remove(self, handle):
        smmu = _find(self._smmus, handle)
        if smmu.masters and not smmu.is_off:
            raise Refused(EBUSY, "devices are behind it")
        smmu.shut_down()
        smmu.free()
        for master in smmu.masters:
            del self._masters[master.handle]
        del self._smmus[handle]

    def shut_down(self, handle):
        _find(self._smmus, handle).shut_down()

    def handle_interrupt(self, handle, source):
        _find(self._smmus, handle).serve(source)

    # Devices.

    def add_master(self, handle, streams):
        smmu = _find(self._smmus, handle)
        if not streams:
            raise Refused(EINVAL, "a device without streams")
        if not all(map(smmu.streams.covers, streams)):
            raise Refused(ERANGE, "a stream is beyond the table")
        if any(stream in smmu.owners for stream in streams):
            raise Refused(ENODEV, "a stream has an owner")

        master = Master(self._new_handle(), smmu, streams)
        for stream in master.streams:
            smmu.streams.adopt(stream)
        smmu.masters.add(master)
        smmu.owners.update(dict.fromkeys(master.streams, master))
        self._masters[master.handle] = master
        return master.handle

    def remove_master(self, handle):
        master = _find(self._masters, handle)
        master.change(None)
        for stream in master.streams:
            del master.smmu.owners[stream]
        master.smmu.masters.remove(master)
        del self._masters[handle]

    # Domains.

    def create_domain(self, kind):
        if kind not in (BLOCKED, IDENTITY):
            raise Refused(EOPNOTSUPP, "this driver translates nothing")
        handle = self._new_handle()
        self._domains[handle] = Domain(kind)
        return handle

    def free_domain(self, handle):
        domain = _find(self._domains, handle)
        if any(master.uses(domain) for master in self._masters.values()):
            raise Refused(EBUSY, "a device is attached to it")
        del self._domains[handle]

    def attach(self, master, domain):
        _find(self._masters, master).change(_find(self._domains, domain))

    def detach(self, master):
        _find(self._masters, master).change(None)

    def paging(self, handle):
        """Geometry, map, unmap, flush: no domain of this driver has pages."""
        _find(self._domains, handle)
        raise Refused(EINVAL, "the domain has no pages")

    def _new_handle(self):
        self._last += 1
        return self._last


def _find(objects, handle):
    if handle not in objects:
        raise Refused(ENOENT, f"there is no {handle}")
    return objects[handle]
