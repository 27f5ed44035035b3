mock_provider "google" {}

variables {
  name            = "orders-test"
  project         = "acme-orders-test"
  region          = "europe-west9"
  node_account_id = "orders-test-nodes"
  network_id      = "projects/acme/global/networks/orders-test"
  subnet_id       = "projects/acme/regions/europe-west9/subnetworks/orders-test"
  kms_key         = "projects/acme/locations/europe-west9/keyRings/orders-test/cryptoKeys/orders-test"
  backup_days     = 30
}

run "has_no_public_address" {
  command = plan

  assert {
    condition     = google_container_cluster.main.private_cluster_config[0].enable_private_nodes && google_container_cluster.main.private_cluster_config[0].enable_private_endpoint
    error_message = "Elle ne doit avoir aucune adresse publique."
  }

  assert {
    condition     = !google_container_cluster.main.control_plane_endpoints_config[0].ip_endpoints_config[0].enabled
    error_message = "Le plan de contrôle ne doit se joindre que par son nom."
  }

  assert {
    condition     = google_container_cluster.main.database_encryption[0].state == "ENCRYPTED"
    error_message = "Les secrets de la grappe doivent être chiffrés."
  }

  assert {
    condition     = google_gke_backup_backup_plan.main.backup_config[0].all_namespaces && google_gke_backup_backup_plan.main.backup_config[0].include_volume_data
    error_message = "Tout doit être dans la sauvegarde."
  }

  assert {
    condition     = google_container_cluster.main.enable_autopilot
    error_message = "Google doit tenir les nœuds."
  }
}

run "lets_known_networks_in" {
  command = plan

  variables {
    authorized_networks = [{ name = "office", cidr = "203.0.113.0/24" }]
  }

  assert {
    condition     = one(google_container_cluster.main.master_authorized_networks_config[0].cidr_blocks).cidr_block == "203.0.113.0/24"
    error_message = "Seuls les réseaux nommés peuvent entrer."
  }
}

run "refuses_the_whole_internet" {
  command = plan

  variables {
    authorized_networks = [{ name = "all", cidr = "0.0.0.0/0" }]
  }

  expect_failures = [var.authorized_networks]
}
