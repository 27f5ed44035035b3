# Ce sous quoi tournent les nœuds : ils écrivent journaux et métriques et prennent les images, rien d’autre.
resource "google_service_account" "nodes" {
  account_id   = var.node_account_id
  display_name = var.node_account_id
  description  = "Nodes of ${var.name}"
}

# Son adresse est connue avant qu’il existe : qui lit le plan voit qui reçoit quoi.
locals {
  email = "${google_service_account.nodes.account_id}@${var.project}.iam.gserviceaccount.com"
}

resource "google_project_iam_member" "nodes" {
  project = var.project
  role    = "roles/container.defaultNodeServiceAccount"
  member  = "serviceAccount:${local.email}"
}

resource "google_container_cluster" "main" {
  #checkov:skip=CKV_GCP_21:Labels come from the provider (default_labels); decided 2026-11.
  #checkov:skip=CKV_GCP_12:Dataplane V2 applique les politiques réseau dans toute grappe Autopilot. Décidé en 2026-11.
  #checkov:skip=CKV_GCP_61:Le sous-réseau journalise les flux ; Autopilot décide lui-même du reste. Décidé en 2026-11.
  #checkov:skip=CKV_GCP_69:Autopilot cache de lui-même le serveur de métadonnées de ses nœuds. Décidé en 2026-11.
  #checkov:skip=CKV_GCP_65:Tout le monde n’a pas de groupes Google Workspace ; IAM décide qui entre. Décidé en 2026-11.
  name                = var.name
  location            = var.region
  network             = var.network_id
  subnetwork          = var.subnet_id
  deletion_protection = var.deletion_protection
  resource_labels     = var.labels
  enable_autopilot    = true

  cluster_autoscaling {
    auto_provisioning_defaults {
      service_account = local.email
      oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    }
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  # Les nœuds n’ont pas d’adresse publique ; le plan de contrôle se joint par son nom, et IAM décide qui entre.
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = length(var.authorized_networks) == 0
  }

  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = var.dns_endpoint
    }

    ip_endpoints_config {
      enabled = length(var.authorized_networks) > 0
    }
  }

  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled = false

    dynamic "cidr_blocks" {
      for_each = var.authorized_networks

      content {
        cidr_block   = cidr_blocks.value.cidr
        display_name = cidr_blocks.value.name
      }
    }
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  release_channel {
    channel = var.channel
  }

  # Google demande 48 heures sur 32 jours : tôt le samedi et le dimanche.
  maintenance_policy {
    recurring_window {
      start_time = "2026-01-03T01:00:00Z"
      end_time   = "2026-01-03T07:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
    }
  }

  # Les secrets de la grappe sont chiffrés avant d’être stockés, avec une clé de cet environnement.
  database_encryption {
    state    = "ENCRYPTED"
    key_name = var.kms_key
  }

  # La politique du projet décide quelles images tournent ; d’elle-même, elle les admet toutes.
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }

  security_posture_config {
    mode = "BASIC"
  }

  # Les pods peuvent monter des secrets de Secret Manager en fichiers, sans copie dans la grappe.
  secret_manager_config {
    enabled = true
  }

  gateway_api_config {
    channel = "CHANNEL_STANDARD"
  }

  cost_management_config {
    enabled = true
  }

  logging_config {
    enable_components = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"]
  }

  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS", "STORAGE", "POD", "DEPLOYMENT", "STATEFULSET", "DAEMONSET", "HPA"]

    managed_prometheus {
      enabled = true
    }
  }

  addons_config {
    gke_backup_agent_config {
      enabled = true
    }
  }

  depends_on = [google_project_iam_member.nodes]
}

# Les objets et volumes de tous les espaces de noms, chaque nuit ; gardés dans la région.
resource "google_gke_backup_backup_plan" "main" {
  name     = var.name
  cluster  = google_container_cluster.main.id
  location = var.region

  retention_policy {
    backup_retain_days = var.backup_days
  }

  backup_schedule {
    cron_schedule = "15 1 * * *"
  }

  backup_config {
    all_namespaces      = true
    include_volume_data = true
    include_secrets     = true
  }
}
