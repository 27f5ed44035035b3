# Appliqué une fois par projet, par une personne aux droits d’administration : où l’état est gardé, et qui le lit.
data "google_project" "current" {
  project_id = var.project
}

locals {
  number = data.google_project.current.number
}

# Ce que le projet doit savoir faire. Rien n’est coupé ensuite : autre chose peut s’en servir.
resource "google_project_service" "main" {
  for_each = toset(var.services)

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

# Les états peuvent contenir des secrets : une clé à eux les chiffre, et chaque version est gardée un trimestre.
resource "google_kms_key_ring" "state" {
  name     = "catalogue-tfstate"
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
  #checkov:skip=CKV_GCP_62:Qui lit un état figure dans Cloud Audit Logs, plus bas ; des journaux d’usage diraient moins. Décidé en 2026-11.
  name                        = "catalogue-tfstate-${var.project}"
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

# Chaque lecture et écriture de données est journalisée ; de lui-même, Google ne journalise que les réglages.
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

# Les journaux restent dans la région, aussi longtemps que les règlements le demandent ; la commande qui suit les y envoie.
resource "google_logging_project_bucket_config" "service" {
  project        = var.project
  location       = var.region
  bucket_id      = "service"
  retention_days = var.log_days

  depends_on = [google_project_service.main]
}

# Fait croire à Google les jetons du pipeline : ceux d’un seul dépôt, de sa branche par défaut, de ses demandes de fusion ou des environnements de ce projet.
resource "google_iam_workload_identity_pool" "pipeline" {
  workload_identity_pool_id = "gitlab"
  display_name              = "GitLab"

  depends_on = [google_project_service.main]
}

resource "google_iam_workload_identity_pool_provider" "pipeline" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.pipeline.workload_identity_pool_id
  workload_identity_pool_provider_id = "gitlab"
  display_name                       = "GitLab"

  attribute_mapping = {
    "google.subject"         = "assertion.sub"
    "attribute.project_path" = "assertion.project_path"
    "attribute.ref"          = "assertion.ref"
    "attribute.environment"  = "has(assertion.environment) ? assertion.environment : 'none'"
  }

  attribute_condition = join(" && ", compact([
    "assertion.project_path == '${var.repository}'",
    var.repository_id == null ? "" : "assertion.project_id == '${var.repository_id}'",
    "assertion.ref_protected == 'true'",
  ]))

  oidc {
    issuer_uri = "https://${var.oidc_host}"
  }
}

# Ce sous quoi le pipeline planifie. Il lit ; il n’applique rien : une personne le fait, après approbation.
module "plan_identity" {
  source = "../modules/deploy_identity"

  project        = var.project
  project_number = local.number
  account_id     = "gitlab-plan"
  description    = "Plans catalogue from the pipeline"
  pool           = google_iam_workload_identity_pool.pipeline.workload_identity_pool_id
  attributes     = var.plan_attributes
  project_roles  = var.plan_roles
}

resource "google_storage_bucket_iam_member" "plan_reads" {
  bucket = google_storage_bucket.state.name
  role   = "roles/storage.objectViewer"
  member = module.plan_identity.member
}

# Le verrou est un fichier à côté de l’état ; l’état lui-même n’est pas écrit.
resource "google_storage_bucket_iam_member" "plan_locks" {
  bucket = google_storage_bucket.state.name
  role   = "roles/storage.objectUser"
  member = module.plan_identity.member

  condition {
    title      = "locks"
    expression = "resource.name.endsWith(\".tflock\")"
  }
}

# Un seul registre pour tous les environnements, dans le projet du dernier : ce qui y tourne ne dépend d’aucun autre projet.
module "registry" {
  source = "../modules/artifact_registry"
  count  = var.create_registry ? 1 : 0

  region     = var.region
  repository = "catalogue"
  writers    = [module.push_identity[0].member]

  depends_on = [google_project_service.main]
}

module "push_identity" {
  source = "../modules/deploy_identity"
  count  = var.create_registry ? 1 : 0

  project        = var.project
  project_number = local.number
  account_id     = "gitlab-push"
  description    = "Pushes images of catalogue from the pipeline"
  pool           = google_iam_workload_identity_pool.pipeline.workload_identity_pool_id
  attributes     = var.push_attributes
}
