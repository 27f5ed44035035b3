resource "google_service_account" "main" {
  account_id   = var.account_id
  display_name = var.account_id
  description  = "Reads the secrets ${var.secret_prefix}*"
}

# Son adresse est connue avant qu’il existe : qui lit le plan voit qui reçoit quoi.
locals {
  email = "${google_service_account.main.account_id}@${var.project}.iam.gserviceaccount.com"
}

resource "google_service_account_iam_member" "cluster" {
  for_each = toset(var.accounts)

  service_account_id = "projects/${var.project}/serviceAccounts/${local.email}"
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[${each.value}]"
}

# Par le début de leur nom : les secrets d’autres services de ce projet restent hors d’atteinte.
resource "google_project_iam_member" "reads" {
  project = var.project
  role    = "roles/secretmanager.secretAccessor"
  member  = "serviceAccount:${local.email}"

  condition {
    title      = "own-secrets"
    expression = "resource.name.startsWith(\"projects/${var.project_number}/secrets/${var.secret_prefix}\")"
  }
}
