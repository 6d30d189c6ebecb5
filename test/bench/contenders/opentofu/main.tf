terraform {
  required_providers {
    openstack = {
      source  = "terraform-provider-openstack/openstack"
      version = "1.54.1"
    }
  }
}

# The environment says which cloud.
provider "openstack" {}

variable "container" { type = string }
variable "object" { type = string }
variable "payload" { type = string }
variable "servers" { type = set(string) }
variable "flavor" { type = string }
variable "image" { type = string }
variable "network" { type = string }
variable "subnet" { type = string }

variable "key" {
  type      = string
  sensitive = true
}

variable "userData" {
  type      = string
  sensitive = true
}

data "openstack_networking_network_v2" "machine" {
  name = var.network
}

data "openstack_networking_subnet_v2" "machine" {
  name = var.subnet
}

resource "openstack_objectstorage_container_v1" "ignition" {
  name          = var.container
  force_destroy = true
  metadata = {
    Temp-URL-Key = var.key
  }
}

resource "openstack_objectstorage_object_v1" "payload" {
  container_name = openstack_objectstorage_container_v1.ignition.name
  name           = var.object
  content        = var.payload
  content_type   = "application/vnd.coreos.ignition+json"
}

resource "openstack_networking_port_v2" "worker" {
  for_each       = var.servers
  name           = each.key
  network_id     = data.openstack_networking_network_v2.machine.id
  admin_state_up = true
  fixed_ip {
    subnet_id = data.openstack_networking_subnet_v2.machine.id
  }
  binding {
    vnic_type = "baremetal"
  }
}

resource "openstack_compute_instance_v2" "worker" {
  for_each     = var.servers
  name         = each.key
  flavor_name  = var.flavor
  image_name   = var.image
  config_drive = true
  user_data    = var.userData
  network {
    port = openstack_networking_port_v2.worker[each.key].id
  }
  depends_on = [openstack_objectstorage_object_v1.payload]
}
