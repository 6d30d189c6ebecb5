"""Trunk driver beside the lab's mechanism driver: the VLANs of a machine are there as soon as its port is bound."""
from neutron.objects import ports, trunk as trunks
from neutron.services.trunk.drivers import base
from neutron_lib import constants, context
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.db import api as db_api
from neutron_lib.services.trunk import constants as trunk_constants


class LabTrunk(base.DriverBase):
    """The strict kind: a port that is bound neither gets a trunk nor loses it (TrunkPortValidator in trunk/rules.py)."""

    is_loaded = True

    def __init__(self):
        types = (trunk_constants.SEGMENTATION_TYPE_VLAN,)
        super().__init__("lab-baremetal", (portbindings.VIF_TYPE_OTHER,), types, can_trunk_bound_port=False)

    @registry.receives(resources.TRUNK_PLUGIN, [events.AFTER_INIT])
    def register(self, resource, event, trigger, payload=None):
        super().register(resource, event, trigger, payload=payload)
        registry.subscribe(self.created, resources.TRUNK, events.AFTER_CREATE)
        registry.subscribe(self.deleted, resources.TRUNK, events.AFTER_DELETE)
        registry.subscribe(self.added, resources.SUBPORTS, events.AFTER_CREATE)
        registry.subscribe(self.removed, resources.SUBPORTS, events.AFTER_DELETE)

    def created(self, resource, event, plugin, payload):
        self._mark(payload.states[0].sub_ports, trunk_constants.TRUNK_SUBPORT_OWNER)

    def deleted(self, resource, event, plugin, payload):
        self._mark(payload.states[0].sub_ports, "")

    def added(self, resource, event, plugin, payload):
        self._mark(payload.metadata["subports"], trunk_constants.TRUNK_SUBPORT_OWNER)
        self.settle(payload.states[0].port_id)

    def removed(self, resource, event, plugin, payload):
        self._mark(payload.metadata["subports"], "")
        self.settle(payload.states[0].port_id)

    def settle(self, port_id):
        """A trunk and its subports are active as long as the parent port is bound."""
        admin = context.get_admin_context()
        with db_api.CONTEXT_WRITER.using(admin):
            for trunk in trunks.Trunk.get_objects(admin, port_id=port_id):
                parent = ports.Port.get_object(admin, id=port_id)
                active = parent.status == constants.PORT_STATUS_ACTIVE
                trunk.update(status=trunk_constants.TRUNK_ACTIVE_STATUS if active else trunk_constants.TRUNK_DOWN_STATUS)
                for subport in trunk.sub_ports:
                    port = ports.Port.get_object(admin, id=subport.port_id)
                    port.status = parent.status
                    port.update()

    def _mark(self, subports, owner):
        admin = context.get_admin_context()
        with db_api.CONTEXT_WRITER.using(admin):
            for subport in subports:
                port = ports.Port.get_object(admin, id=subport.port_id)
                if port:
                    port.device_owner = owner
                    port.status = constants.PORT_STATUS_DOWN
                    port.update()
