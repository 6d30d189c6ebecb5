"""ML2 mechanism driver: binds every bare-metal port at once, since the lab's switch needs no configuration."""
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api

from lab_openstack.trunk import LabTrunk


class LabBaremetal(api.MechanismDriver):
    def initialize(self):
        self.trunk = LabTrunk()

    def update_port_postcommit(self, context):
        self.trunk.settle(context.current[api.ID])

    @property
    def connectivity(self):
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context):
        if context.current[portbindings.VNIC_TYPE] != portbindings.VNIC_BAREMETAL:
            return
        for segment in context.segments_to_bind:
            context.set_binding(segment[api.ID], portbindings.VIF_TYPE_OTHER, {}, status=constants.PORT_STATUS_ACTIVE)
            return
