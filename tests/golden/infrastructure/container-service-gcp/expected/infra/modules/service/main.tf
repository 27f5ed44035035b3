# Services on Cloud Run, the load balancer before them, and what they need.
data "google_client_config" "current" {}

data "google_project" "current" {
  project_id = data.google_client_config.current.project
}

locals {
  project = data.google_client_config.current.project
  number  = data.google_project.current.number

  # Every service reads its own secrets: those of the database are made here, the others exist.
  secrets = { for name, each in var.services : name => merge(
    { for variable, secret in each.database_secrets : variable => module.database.secrets[secret] },
    lookup(var.secrets, name, {}),
  ) }
}

module "network" {
  source = "../network"

  name                  = var.name
  region                = var.region
  subnet_cidr           = var.subnet_cidr
  private_services_cidr = var.private_services_cidr
  nat                   = var.nat
  egress_ports          = var.egress_ports
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

module "run" {
  source   = "../cloud_run"
  for_each = var.services

  name        = each.value.name
  project     = local.project
  region      = var.region
  account_id  = each.value.account_id
  public      = each.key == var.front
  port        = each.value.port
  health_path = each.value.health_path
  cpu         = each.value.cpu
  memory      = each.value.memory
  least       = var.least
  most        = var.most
  network_id  = module.network.network_id
  subnet_id   = module.network.subnet_id
  all_egress  = var.nat
  environment_variables = merge(
    { for variable, value in each.value.environment_variables : variable => replace(value, "{host}", module.database.host) },
    lookup(var.environment_variables, each.key, {}),
  )
  secrets             = local.secrets[each.key]
  migrate_command     = each.value.migrate_command
  traffic             = lookup(var.traffic, each.key, [])
  deletion_protection = var.deletion_protection
}

module "certificate" {
  source = "../certificate"

  name        = var.name
  domain_name = var.domain_name
}

module "load_balancer" {
  source = "../load_balancer"

  name               = var.name
  region             = var.region
  service_name       = module.run[var.front].name
  certificate_map_id = module.certificate.map_id
  security_policy    = var.security_policy
}

module "dns" {
  source = "../dns"

  zone_name    = var.zone_name
  zone         = var.dns_zone
  zone_project = var.dns_project

  records = {
    certificate = module.certificate.record
    ipv4 = {
      name   = var.domain_name
      type   = "A"
      values = [module.load_balancer.ipv4]
    }
    ipv6 = {
      name   = var.domain_name
      type   = "AAAA"
      values = [module.load_balancer.ipv6]
    }
  }
}

# Cloud Run itself fetches the images, from the project that holds the registry.
resource "google_artifact_registry_repository_iam_member" "reads" {
  project    = var.registry_project == null ? local.project : var.registry_project
  location   = var.registry_location
  repository = var.registry_repository
  role       = "roles/artifactregistry.reader"
  member     = "serviceAccount:service-${local.number}@serverless-robot-prod.iam.gserviceaccount.com"
}

module "deploy_identity" {
  source = "../deploy_identity"

  project        = local.project
  project_number = local.number
  account_id     = var.deploy_account_id
  description    = "Deploys ${var.service} to ${var.environment} from the pipeline"
  pool           = var.pool
  attributes     = var.deploy_attributes
  # To see which revision serves: listing is a right in the project.
  project_roles = ["roles/run.viewer"]
}

resource "google_artifact_registry_repository_iam_member" "deploys" {
  project    = var.registry_project == null ? local.project : var.registry_project
  location   = var.registry_location
  repository = var.registry_repository
  role       = "roles/artifactregistry.reader"
  member     = module.deploy_identity.member
}

resource "google_cloud_run_v2_service_iam_member" "deploys" {
  for_each = var.services

  location = var.region
  name     = module.run[each.key].name
  role     = "roles/run.developer"
  member   = module.deploy_identity.member
}

resource "google_cloud_run_v2_job_iam_member" "migrates" {
  for_each = { for name, each in var.services : name => each if each.migrate_command != null }

  location = var.region
  name     = one(module.run[each.key].jobs)
  role     = "roles/run.developer"
  member   = module.deploy_identity.member
}

# What people reach calls the others, with a token of its own account.
resource "google_cloud_run_v2_service_iam_member" "calls" {
  for_each = { for name, each in var.services : name => each if name != var.front }

  location = var.region
  name     = module.run[each.key].name
  role     = "roles/run.invoker"
  member   = "serviceAccount:${module.run[var.front].account}"
}

# A release runs as the service's own account; the pipeline may give it to no other service.
resource "google_service_account_iam_member" "deploys" {
  for_each = var.services

  service_account_id = module.run[each.key].account_id
  role               = "roles/iam.serviceAccountUser"
  member             = module.deploy_identity.member
}

module "monitoring" {
  source = "../monitoring"

  name    = var.name
  project = local.project
  emails  = var.alert_emails
  host    = var.domain_name
  path    = var.services[var.front].health_path == null ? "/" : var.services[var.front].health_path

  policies = {
    errors = {
      description = "More than one in a hundred answers of ${var.domain_name} is an error of ours"
      query       = "sum(rate(loadbalancing_googleapis_com:https_request_count{monitored_resource=\"https_lb_rule\",backend_target_name=\"${var.name}\",response_code_class=\"500\"}[5m])) / sum(rate(loadbalancing_googleapis_com:https_request_count{monitored_resource=\"https_lb_rule\",backend_target_name=\"${var.name}\"}[5m])) > 0.01"
    }
    latency = {
      description = "One in twenty requests to ${var.domain_name} takes more than two seconds"
      query       = "histogram_quantile(0.95, sum by (le) (rate(loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource=\"https_lb_rule\",backend_target_name=\"${var.name}\"}[5m]))) > 2000"
      severity    = "WARNING"
    }
    full = {
      description = "A service of ${var.name} runs as many instances as it may"
      query       = "sum by (service_name) (run_googleapis_com:container_instance_count{monitored_resource=\"cloud_run_revision\",service_name=~\"${join("|", [for each in module.run : each.name])}\",state=\"active\"}) >= ${var.most}"
      minutes     = 10
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
    database_connections = {
      description = "${var.name} has few connections left"
      query       = "sum(cloudsql_googleapis_com:database_postgresql_num_backends{database_id=\"${local.project}:${var.name}\"}) > 80"
      severity    = "WARNING"
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
