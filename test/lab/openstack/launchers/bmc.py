"""sushy-emulator with the power behaviour of the lab: bmc.py CONFIG.json

The fake driver of sushy-tools delays each power change by a random 1 to 11 s and applies it when the state is next
read, and a notification that cannot be delivered fails the Redfish request. Here a change applies at once, the chassis
may be away, and the BMC of a machine with that fault drops every connection.
"""
import json
import os
import socket
import sys

import flask
import requests
from sushy_tools import error
from sushy_tools.emulator import main
from sushy_tools.emulator.resources.systems import fakedriver

POWER_STATES = {
    "On": ["On"],
    "ForceOn": ["On"],
    "ForceOff": ["Off"],
    "GracefulShutdown": ["Off"],
    "ForceRestart": ["Off", "On"],
    "GracefulRestart": ["Off", "On"],
}


class LabDriver(fakedriver.FakeDriver):
    def set_power_state(self, identity, state):
        if state not in POWER_STATES:
            raise error.NotSupportedError(f"Power state {state} is not supported")
        for power_state in POWER_STATES[state]:
            system = self._get(identity)
            if system["power_state"] != power_state:
                self._update(system, power_state=power_state)

    def _send_external_notification(self, system):
        url = self._config["EXTERNAL_NOTIFICATION_URL"]
        try:
            requests.put(url, json=system, timeout=5).raise_for_status()
        except requests.RequestException as problem:
            self._logger.warning("%s was not told about %s: %s", url, system["name"], problem)


def _is_unreachable(machine):
    try:
        with open(os.path.join(os.environ["LAB_MACHINES_DIR"], machine, "fault.json")) as file:
            return json.load(file).get("bmc") == "unreachable"
    except FileNotFoundError:
        return False


def _drop_connection():
    """As nobody at the other end: the connection ends without an answer (test/lab/metal/faults.ts)."""
    for system in main.app.config["SUSHY_EMULATOR_FAKE_SYSTEMS"]:
        if system["uuid"] in flask.request.path and _is_unreachable(system["name"]):
            flask.request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


fakedriver.FakeDriver = LabDriver
with open(sys.argv[1]) as file:
    main.app.configure(extra_config=json.load(file))
main.app.before_request(_drop_connection)
main.app.run(
    host=main.app.config["SUSHY_EMULATOR_LISTEN_IP"], port=main.app.config["SUSHY_EMULATOR_LISTEN_PORT"], threaded=True
)
