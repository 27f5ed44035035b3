# What jobs of the pipeline become by their own tokens: no key exists that could leak. It may do its work, and no more.
resource "google_service_account" "main" {
  account_id   = var.account_id
  display_name = var.account_id
  description  = var.description
}

# Its address is known before it exists: who reads the plan sees who gets what.
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
