"""Swift's four servers in one eventlet process, configured by a folder of our own: swift_servers.py FOLDER

The stock servers insist on /etc/swift, and each of them is a process of its own.
"""
import configparser
import logging
import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from swift.common import utils  # noqa: E402

folder = sys.argv[1]
utils.set_swift_dir(folder)  # before storage_policy is imported, which reads swift.conf at once

from swift.common import wsgi as swift_wsgi  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402

logging.basicConfig(level=logging.WARNING)
utils.validate_configuration()


def build_ring(kind):
    """A ring of one device. It holds nothing that the configuration does not say, so each start builds it anew."""
    config = configparser.ConfigParser()
    config.read(os.path.join(folder, f"{kind}-server.conf"))
    address = {"ip": config.defaults()["bind_ip"], "port": int(config.defaults()["bind_port"])}
    builder = RingBuilder(6, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "device": "d1", "weight": 1, **address})
    builder.rebalance(seed=0)
    builder.get_ring().save(os.path.join(folder, f"{kind}.ring.gz"))


def serve(kind):
    file = os.path.join(folder, f"{kind}-server.conf")
    conf, _, log_name = swift_wsgi._initrp(file, f"{kind}-server")
    app = swift_wsgi.loadapp(file, global_conf={"log_name": log_name})
    socket = eventlet.listen((conf["bind_ip"], int(conf["bind_port"])), backlog=256)
    return eventlet.spawn(
        wsgi.server,
        socket,
        app,
        logging.getLogger(kind),
        custom_pool=eventlet.GreenPool(256),
        protocol=swift_wsgi.SwiftHttpProtocol,
        log_output=False,
        socket_timeout=60,
    )


for kind in ("account", "container", "object"):
    build_ring(kind)
for server in [serve(kind) for kind in ("account", "container", "object", "proxy")]:
    server.wait()
