# Applied once a project, by a person with an administrator's rights: where the state is kept, and who reads it.
data "google_project" "current" {
  project_id = var.project
}

locals {
  number = data.google_project.current.number
}

# What the project must be able to do. Nothing is switched off again: something else may use it.
resource "google_project_service" "main" {
  for_each = toset(var.services)

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

# States can hold secrets: a key of their own encrypts them, and every version is kept for a quarter.
resource "google_kms_key_ring" "state" {
  name     = "orders-tfstate"
  location = var.region

  depends_on = [google_project_service.main]
}

resource "google_kms_crypto_key" "state" {
  name            = "state"
  key_ring        = google_kms_key_ring.state.id
  rotation_period = "7776000s"

  lifecycle {
    prevent_destroy = true
  }
}

data "google_storage_project_service_account" "main" {
  project = var.project
}

resource "google_kms_crypto_key_iam_member" "storage" {
  crypto_key_id = google_kms_crypto_key.state.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${data.google_storage_project_service_account.main.email_address}"
}

resource "google_storage_bucket" "state" {
  #checkov:skip=CKV_GCP_62:Who reads a state stands in Cloud Audit Logs, below; usage logs would say less. Decided 2026-11.
  name                        = "orders-tfstate-${var.project}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = google_kms_crypto_key.state.id
  }

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      days_since_noncurrent_time = 90
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_kms_crypto_key_iam_member.storage]
}

# Every reading and writing of data is logged; by itself Google logs changes of settings only.
resource "google_project_iam_audit_config" "data" {
  for_each = toset(var.audited_services)

  project = var.project
  service = each.value

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

# Logs stay in the region, for as long as the regulations ask; the command after this one sends them here.
resource "google_logging_project_bucket_config" "service" {
  project        = var.project
  location       = var.region
  bucket_id      = "service"
  retention_days = var.log_days

  depends_on = [google_project_service.main]
}

# Lets Google believe the pipeline's tokens: those of one repository, from its default branch, its pull requests or the environments of this project.
resource "google_iam_workload_identity_pool" "pipeline" {
  workload_identity_pool_id = "github"
  display_name              = "GitHub"

  depends_on = [google_project_service.main]
}

resource "google_iam_workload_identity_pool_provider" "pipeline" {
  #checkov:skip=CKV_GCP_125:Subjects name a repository or number it, by its age; the claims beside them are looked at. Decided 2026-11.
  workload_identity_pool_id          = google_iam_workload_identity_pool.pipeline.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  display_name                       = "GitHub"

  attribute_mapping = {
    "google.subject"        = "assertion.sub"
    "attribute.repository"  = "assertion.repository"
    "attribute.ref"         = "assertion.ref"
    "attribute.event_name"  = "assertion.event_name"
    "attribute.environment" = "has(assertion.environment) ? assertion.environment : 'none'"
  }

  attribute_condition = join(" && ", compact([
    "assertion.repository == '${var.repository}'",
    var.repository_id == null ? "" : "assertion.repository_id == '${var.repository_id}'",
    "(assertion.ref == 'refs/heads/${var.default_branch}' || assertion.event_name == 'pull_request' || (has(assertion.environment) && assertion.environment in ${jsonencode(var.environments)}))",
  ]))

  oidc {
    issuer_uri = "https://${var.oidc_host}"
  }
}

# What the pipeline plans as. It reads; it applies nothing: that is done by a person, after approval.
module "plan_identity" {
  source = "../modules/deploy_identity"

  project        = var.project
  project_number = local.number
  account_id     = "github-plan"
  description    = "Plans orders from the pipeline"
  pool           = google_iam_workload_identity_pool.pipeline.workload_identity_pool_id
  attributes     = var.plan_attributes
  project_roles  = var.plan_roles
}

resource "google_storage_bucket_iam_member" "plan_reads" {
  bucket = google_storage_bucket.state.name
  role   = "roles/storage.objectViewer"
  member = module.plan_identity.member
}

# The lock is a file beside the state; the state itself is not written.
resource "google_storage_bucket_iam_member" "plan_locks" {
  bucket = google_storage_bucket.state.name
  role   = "roles/storage.objectUser"
  member = module.plan_identity.member

  condition {
    title      = "locks"
    expression = "resource.name.endsWith(\".tflock\")"
  }
}

# One registry for every environment, in the project of the last: what runs there depends on no other project.
module "registry" {
  source = "../modules/artifact_registry"
  count  = var.create_registry ? 1 : 0

  region     = var.region
  repository = "orders"
  writers    = [module.push_identity[0].member]

  depends_on = [google_project_service.main]
}

module "push_identity" {
  source = "../modules/deploy_identity"
  count  = var.create_registry ? 1 : 0

  project        = var.project
  project_number = local.number
  account_id     = "github-push"
  description    = "Pushes images of orders from the pipeline"
  pool           = google_iam_workload_identity_pool.pipeline.workload_identity_pool_id
  attributes     = var.push_attributes
}
