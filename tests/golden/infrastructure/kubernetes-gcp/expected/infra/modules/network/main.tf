# Un réseau par environnement, sans adresse publique.
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

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = var.pods_cidr
  }

  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = var.services_cidr
  }

  log_config {
    aggregation_interval = "INTERVAL_5_MIN"
    flow_sampling        = var.flow_sampling
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# Les bases sont dans un réseau de Google ; c’est dans cette plage du nôtre qu’on les joint.
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

  # Google refuse de défaire l’appairage des heures après la dernière base : il part avec le réseau.
  deletion_policy = "ABANDON"
}

resource "google_compute_router" "main" {
  count = var.nat ? 1 : 0

  name    = var.name
  region  = var.region
  network = google_compute_network.main.id
}

# Une adresse qui reste, pour ceux qui n’admettent que des adresses connues.
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

# Rien n’entre qu’aucune autre règle n’admet ; le réseau le refuserait de toute façon, mais sans le dire.
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
  destination_ranges = [var.subnet_cidr, var.private_services_cidr, var.pods_cidr, var.services_cidr]

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

# Ce qui sort par une autre porte est refusé et journalisé : le premier signe de ce qui ne devrait pas être là.
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
