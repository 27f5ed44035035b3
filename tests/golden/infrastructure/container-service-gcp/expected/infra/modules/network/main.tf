# One network an environment, without public addresses.
resource "google_compute_network" "main" {
  name                    = var.name
  auto_create_subnetworks = false
  routing_mode            = "REGIONAL"
}

resource "google_compute_subnetwork" "main" {
  name                     = var.name
  region                   = var.region
  network                  = google_compute_network.main.id
  ip_cidr_range            = var.subnet_cidr
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_MIN"
    flow_sampling        = var.flow_sampling
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# Databases lie in a network of Google's; this range of ours is where they are reached.
resource "google_compute_global_address" "private_services" {
  name          = "${var.name}-private-services"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  network       = google_compute_network.main.id
  address       = cidrhost(var.private_services_cidr, 0)
  prefix_length = tonumber(split("/", var.private_services_cidr)[1])
}

resource "google_service_networking_connection" "main" {
  network                 = google_compute_network.main.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.private_services.name]

  # Google refuses to take the peering down for hours after the last database is gone: it goes with the network.
  deletion_policy = "ABANDON"
}

resource "google_compute_router" "main" {
  count = var.nat ? 1 : 0

  name    = var.name
  region  = var.region
  network = google_compute_network.main.id
}

# An address that stays, for those who let in known addresses only.
resource "google_compute_address" "nat" {
  count = var.nat ? 1 : 0

  name   = "${var.name}-nat"
  region = var.region
}

resource "google_compute_router_nat" "main" {
  count = var.nat ? 1 : 0

  name                               = var.name
  region                             = var.region
  router                             = google_compute_router.main[0].name
  nat_ip_allocate_option             = "MANUAL_ONLY"
  nat_ips                            = google_compute_address.nat[*].self_link
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
  enable_dynamic_port_allocation     = true
  min_ports_per_vm                   = 64

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

# Nothing comes in that no other rule lets in; the network would refuse it anyway, but would not say so.
resource "google_compute_firewall" "no_ingress" {
  name          = "${var.name}-no-ingress"
  network       = google_compute_network.main.id
  direction     = "INGRESS"
  priority      = 65000
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "egress_inside" {
  name               = "${var.name}-egress-inside"
  network            = google_compute_network.main.id
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = [var.subnet_cidr, var.private_services_cidr]

  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "egress_internet" {
  count = length(var.egress_ports) > 0 ? 1 : 0

  name               = "${var.name}-egress-internet"
  network            = google_compute_network.main.id
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = var.egress_ports
  }
}

# What leaves by another door is refused and logged: the first sign of something that should not be there.
resource "google_compute_firewall" "no_egress" {
  name               = "${var.name}-no-egress"
  network            = google_compute_network.main.id
  direction          = "EGRESS"
  priority           = 65000
  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}
