"""Fills a fresh cloud: seed.py catalog|base SEED.json. Both may be repeated."""
import concurrent.futures
import json
import sys
import time

import openstack

with open(sys.argv[2]) as file:
    SEED = json.load(file)


def connect(**scope):
    auth = {
        "auth_url": SEED["authUrl"],
        "username": "admin",
        "password": SEED["adminPassword"],
        "user_domain_id": "default",
        **scope,
    }
    return openstack.connection.Connection(
        region_name=SEED["region"], auth=auth, interface="internal"
    )


admin = connect(project_name="admin", project_domain_id="default")


def catalog():
    """Projects, users, services and endpoints."""
    identity = admin.identity
    roles = {role.name: role.id for role in identity.roles()}

    def project(name):
        return identity.find_project(name) or identity.create_project(name=name, domain_id="default")

    def user(name, password, project_name, role_names):
        home = project(project_name)
        who = identity.find_user(name) or identity.create_user(
            name=name, password=password, domain_id="default", default_project_id=home.id
        )
        for role in role_names:
            identity.assign_project_role_to_user(home, who, roles[role])

    for name in ("placement", "glance", "nova", "neutron", "ironic", "swift"):
        user(name, SEED["servicePassword"], "service", ["admin", "service"])
    # Ironic lets a service user in the service project see every machine, and Nova and Neutron an administrator.
    user("admin", SEED["adminPassword"], "service", ["admin", "service"])
    user(SEED["user"], SEED["password"], SEED["project"], ["member"])
    present = {(endpoint.service_id, endpoint.interface) for endpoint in identity.endpoints()}
    services = {service.type: service for service in identity.services()}
    for kind, urls in SEED["endpoints"].items():
        service = services.get(kind) or identity.create_service(name=urls["name"], type=kind)
        for interface in ("public", "internal"):
            if (service.id, interface) not in present:
                identity.create_endpoint(
                    service_id=service.id, interface=interface, url=urls[interface], region_id=SEED["region"]
                )


def flavor():
    if admin.compute.find_flavor(SEED["flavor"]["name"]):
        return
    made = admin.compute.create_flavor(name=SEED["flavor"]["name"], vcpus=2, ram=4096, disk=20)
    admin.compute.create_flavor_extra_specs(made, SEED["flavor"]["extraSpecs"])


def images():
    """Images in name only: nothing is written to the machines' disks."""
    for name in SEED["images"]:
        if admin.image.find_image(name):
            continue
        admin.image.create_image(
            name,
            container_format="bare",
            disk_format="raw",
            visibility="public",
            data=b"lab" + bytes(509),
            validate_checksum=False,
        )


def networks(owner):
    for wanted in SEED["networks"]:
        network = admin.network.find_network(wanted["name"]) or admin.network.create_network(
            name=wanted["name"], project_id=owner.id, **wanted["provider"]
        )
        subnet = admin.network.find_subnet(wanted["subnet"]["name"]) or admin.network.create_subnet(
            network_id=network.id, project_id=owner.id, **wanted["subnet"]
        )
        admin.network.set_tags(network, wanted["tags"])
        admin.network.set_tags(subnet, wanted["tags"])


def security_group(owner):
    if not admin.network.find_security_group(SEED["securityGroup"], project_id=owner.id):
        admin.network.create_security_group(name=SEED["securityGroup"], project_id=owner.id)


def make_available(baremetal, name):
    """Leads a machine from whatever state an interrupted run has left it in."""
    actions = {"enroll": "manage", "manageable": "provide"}
    deadline = time.time() + 120
    while (node := baremetal.find_node(name, ignore_missing=False)).provision_state != "available":
        if node.provision_state in actions:
            baremetal.set_node_provision_state(node, actions[node.provision_state])
        elif node.provision_state.endswith(("failed", "error")) or time.time() > deadline:
            raise SystemExit(f"{name} is {node.provision_state}: {node.last_error}")
        time.sleep(0.2)


def enroll(baremetal, machine):
    node = baremetal.find_node(machine["name"]) or baremetal.create_node(
        id=machine["uuid"],
        provision_state="enroll",
        name=machine["name"],
        driver_info=machine["driverInfo"],
        **SEED["node"],
    )
    for i, nic in enumerate(machine["nics"]):
        if not list(baremetal.ports(address=nic["mac"])):
            baremetal.create_port(
                node_id=node.id,
                address=nic["mac"],
                physical_network=nic["physicalNetwork"],
                is_pxe_enabled=i == 0,
            )
    make_available(baremetal, machine["name"])


def base():
    """What a project member finds: flavor, image, networks, security group; and the machines in the rack."""
    owner = admin.identity.find_project(SEED["project"])
    flavor()
    images()
    networks(owner)
    security_group(owner)
    baremetal = connect(system_scope="all").baremetal
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda machine: enroll(baremetal, machine), SEED["machines"]))


{"catalog": catalog, "base": base}[sys.argv[1]]()
