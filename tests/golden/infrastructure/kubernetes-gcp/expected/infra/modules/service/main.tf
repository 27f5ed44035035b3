# Une grappe pour les manifestes de deploy/kubernetes, et ce dont ils ont besoin.
data "google_client_config" "current" {}

data "google_project" "current" {
  project_id = data.google_client_config.current.project
}

locals {
  project = data.google_client_config.current.project
  number  = data.google_project.current.number
}

module "network" {
  source = "../network"

  name                  = var.name
  region                = var.region
  subnet_cidr           = var.subnet_cidr
  private_services_cidr = var.private_services_cidr
  pods_cidr             = var.pods_cidr
  services_cidr         = var.services_cidr
  nat                   = var.nat
  egress_ports          = var.egress_ports
}

module "key" {
  source = "../kms"

  name   = var.name
  region = var.region
  users  = ["serviceAccount:service-${local.number}@container-engine-robot.iam.gserviceaccount.com"]
}

module "cluster" {
  source = "../gke"

  name                = var.cluster_name
  project             = local.project
  region              = var.region
  node_account_id     = var.node_account_id
  network_id          = module.network.network_id
  subnet_id           = module.network.subnet_id
  kms_key             = module.key.key_id
  channel             = var.channel
  authorized_networks = var.authorized_networks
  dns_endpoint        = var.dns_endpoint
  backup_days         = var.backup_days
  deletion_protection = var.deletion_protection
  labels              = var.labels

  # La grappe peut utiliser sa clé avant d’être créée.
  depends_on = [module.key]
}

module "database" {
  source = "../cloud_sql"

  name                = var.name
  region              = var.region
  network_id          = module.network.private_services_network_id
  tier                = var.database_tier
  high_availability   = var.high_availability
  backup_days         = var.backup_days
  deletion_protection = var.deletion_protection
  connections         = var.connections
  password_version    = var.password_version
  labels              = var.labels
}

# Ce que prend External Secrets, dans l’espace de noms de cet environnement.
module "secrets" {
  source = "../workload_identity"

  project        = local.project
  project_number = local.number
  account_id     = var.secrets_account_id
  accounts       = ["${var.namespace}/${var.service}-secrets"]
  secret_prefix  = "${var.service}-"

  # Le pool des identités de la grappe existe dès qu’une grappe existe.
  depends_on = [module.cluster]
}

# Les nœuds prennent les images, dans le projet qui tient le registre.
resource "google_artifact_registry_repository_iam_member" "reads" {
  project    = var.registry_project == null ? local.project : var.registry_project
  location   = var.registry_location
  repository = var.registry_repository
  role       = "roles/artifactregistry.reader"
  member     = "serviceAccount:${module.cluster.node_account}"
}

module "deploy_identity" {
  source = "../deploy_identity"

  project        = local.project
  project_number = local.number
  account_id     = var.deploy_account_id
  description    = "Deploys ${var.service} to ${var.environment} from the pipeline"
  pool           = var.pool
  attributes     = var.deploy_attributes
  # Il change ce qui tourne dans la grappe, pas la grappe.
  project_roles = ["roles/container.developer"]
}

# L’adresse du contrôleur qui amène le trafic : son service la demande par loadBalancerIP.
resource "google_compute_address" "ingress" {
  name   = "${var.name}-ingress"
  region = var.region
}

module "dns" {
  source = "../dns"

  zone_name    = var.zone_name
  zone         = var.dns_zone
  zone_project = var.dns_project

  records = {
    ipv4 = {
      name   = var.domain_name
      type   = "A"
      values = [google_compute_address.ingress.address]
    }
  }
}

module "monitoring" {
  source = "../monitoring"

  name    = var.name
  project = local.project
  emails  = var.alert_emails
  host    = var.domain_name
  path    = var.health_path

  policies = {
    restarts = {
      description = "A container of ${var.cluster_name} keeps starting again"
      query       = "sum by (namespace_name, pod_name) (increase(kubernetes_io:container_restart_count{cluster_name=\"${var.cluster_name}\"}[10m])) > 3"
    }
    memory = {
      description = "A container of ${var.cluster_name} is about to run out of memory"
      query       = "max by (namespace_name, pod_name) (kubernetes_io:container_memory_limit_utilization{cluster_name=\"${var.cluster_name}\",memory_type=\"non-evictable\"}) > 0.95"
      minutes     = 10
      severity    = "WARNING"
    }
    volumes = {
      description = "A volume of ${var.cluster_name} is nearly full"
      query       = "max by (namespace_name, volume_name) (kubernetes_io:pod_volume_utilization{cluster_name=\"${var.cluster_name}\"}) > 0.85"
      minutes     = 15
      severity    = "WARNING"
    }
    database_cpu = {
      description = "The database ${var.name} has no processor left"
      query       = "max(cloudsql_googleapis_com:database_cpu_utilization{database_id=\"${local.project}:${var.name}\"}) > 0.9"
      minutes     = 15
      severity    = "WARNING"
    }
    database_disk = {
      description = "The disk of ${var.name} is nearly full and grows no more"
      query       = "max(cloudsql_googleapis_com:database_disk_utilization{database_id=\"${local.project}:${var.name}\"}) > 0.9"
      minutes     = 15
    }
  }
}

module "budget" {
  source = "../budget"

  name            = var.name
  billing_account = var.billing_account
  project_number  = local.number
  service         = var.service
  monthly         = var.monthly_budget
  channels        = module.monitoring.channels
}
