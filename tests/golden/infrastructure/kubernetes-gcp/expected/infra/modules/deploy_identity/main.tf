# Ce que les tâches du pipeline deviennent par leurs propres jetons : aucune clé n’existe qui pourrait fuir. Il peut faire son travail, et rien de plus.
resource "google_service_account" "main" {
  account_id   = var.account_id
  display_name = var.account_id
  description  = var.description
}

# Son adresse est connue avant qu’il existe : qui lit le plan voit qui reçoit quoi.
locals {
  email = "${google_service_account.main.account_id}@${var.project}.iam.gserviceaccount.com"
}

resource "google_service_account_iam_member" "jobs" {
  for_each = toset(var.attributes)

  service_account_id = "projects/${var.project}/serviceAccounts/${local.email}"
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/projects/${var.project_number}/locations/global/workloadIdentityPools/${var.pool}/${each.value}"
}

resource "google_project_iam_member" "role" {
  for_each = toset(var.project_roles)

  project = var.project
  role    = each.value
  member  = "serviceAccount:${local.email}"
}
