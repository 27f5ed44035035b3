# What the nodes run as: they write logs and metrics and fetch images, and nothing else.
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
  #checkov:skip=CKV_GCP_12:Dataplane V2 enforces network policies in every Autopilot cluster. Decided 2026-11.
  #checkov:skip=CKV_GCP_61:Flows are logged by the subnet; Autopilot decides about the rest itself. Decided 2026-11.
  #checkov:skip=CKV_GCP_69:Autopilot hides the metadata server of its nodes by itself. Decided 2026-11.
  #checkov:skip=CKV_GCP_65:Groups of Google Workspace are not everybody's; IAM decides who comes in. Decided 2026-11.
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

  # Nodes have no public address; the control plane is reached by its name, and IAM decides who comes in.
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

  # Google asks for 48 hours in 32 days: the nights before Saturday and Sunday.
  maintenance_policy {
    recurring_window {
      start_time = "2026-01-03T01:00:00Z"
      end_time   = "2026-01-03T07:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
    }
  }

  # Secrets of the cluster are encrypted before they are stored, with a key of this environment.
  database_encryption {
    state    = "ENCRYPTED"
    key_name = var.kms_key
  }

  # The project's policy decides which images run; by itself it lets all in.
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_BASIC"
  }

  # Pods may mount secrets of Secret Manager as files, with no copy in the cluster.
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

# Objects and volumes of every namespace, every night; kept in the region.
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
