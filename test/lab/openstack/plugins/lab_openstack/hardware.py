"""Ironic hardware type `lab-redfish`: Redfish, but no image is written and no ramdisk runs."""
import json
import os
import time

import sushy
from ironic.common import exception
from ironic.common import states
from ironic.conductor import task_manager
from ironic.conductor import utils as manager_utils
from ironic.drivers import base, redfish
from ironic.drivers.modules import image_utils
from ironic.drivers.modules.redfish import boot


def _latency(phase):
    """Seconds that a phase (`deploy`, `clean`) takes: the file is read at each use, so that a test may change it."""
    latencies = json.loads(os.environ["LAB_DEFAULT_LATENCIES"])
    try:
        with open(os.environ["LAB_LATENCIES_FILE"]) as file:
            latencies.update(json.load(file))
    except FileNotFoundError:
        pass  # nobody has overridden the defaults
    return float(latencies[phase])


def _fault(task, phase):
    """What is wrong with the machine in a phase (`deploy`, `clean`), as test/lab/metal/faults.ts writes it."""
    try:
        with open(os.path.join(os.environ["LAB_MACHINES_DIR"], task.node.name, "fault.json")) as file:
            return json.load(file).get(phase)
    except FileNotFoundError:
        return None


class LabDeploy(base.DeployInterface):
    """Power off, tenant networks, config drive onto the BMC's virtual USB stick, power on from disk."""

    def get_properties(self):
        return {}

    def validate(self, task):
        pass

    def prepare(self, task):
        pass

    def take_over(self, task):
        pass

    @base.deploy_step(priority=100)
    @task_manager.require_exclusive_lock
    def deploy(self, task):
        manager_utils.node_power_action(task, states.POWER_OFF)
        with manager_utils.power_state_for_network_configuration(task):
            task.driver.network.configure_tenant_networks(task)
        drive = manager_utils.get_configdrive_image(task.node)
        if drive:
            boot._eject_vmedia(task, [], sushy.VIRTUAL_MEDIA_USBSTICK)
            url = image_utils.prepare_configdrive_image(task, drive)
            boot._insert_vmedia(task, [], url, sushy.VIRTUAL_MEDIA_USBSTICK)

    @base.deploy_step(priority=80)
    @task_manager.require_exclusive_lock
    def write_image(self, task):
        time.sleep(_latency("deploy"))
        fault = _fault(task, "deploy")
        if fault == "fails":
            raise exception.InstanceDeployFailure("Failed to write the image to disk: no space left on device")
        if fault == "power lost":
            # as the conductor says of an agent that is heard no more (ironic/conductor/manager.py)
            raise exception.InstanceDeployFailure(f"Timeout reached while waiting for callback for node {task.node.uuid}")

    @base.deploy_step(priority=20)
    @task_manager.require_exclusive_lock
    def boot_instance(self, task):
        manager_utils.node_power_action(task, states.POWER_ON)

    @task_manager.require_exclusive_lock
    def tear_down(self, task):
        manager_utils.node_power_action(task, states.POWER_OFF)
        boot._eject_vmedia(task, [], sushy.VIRTUAL_MEDIA_USBSTICK)
        with manager_utils.power_state_for_network_configuration(task):
            task.driver.network.unconfigure_tenant_networks(task)
        return states.DELETED

    def clean_up(self, task):
        image_utils.cleanup_disk_image(task, prefix="configdrive")

    @base.clean_step(priority=10, requires_ramdisk=False)
    def erase_devices(self, task):
        time.sleep(_latency("clean"))
        while _fault(task, "clean") == "hangs":
            time.sleep(0.5)
        if _fault(task, "clean") == "fails":
            raise exception.NodeCleaningFailure(node=task.node.uuid, reason="failed to erase /dev/sda: I/O error")


class LabRedfish(redfish.RedfishHardware):
    @property
    def supported_deploy_interfaces(self):
        return [LabDeploy]


# image_utils publishes images by the settings of a driver that it knows by name; ours publishes as `redfish` does.
_update_driver_config = image_utils.ImageHandler.update_driver_config


def _as_redfish(self, driver):
    return _update_driver_config(self, "redfish" if driver == "lab-redfish" else driver)


image_utils.ImageHandler.update_driver_config = _as_redfish
