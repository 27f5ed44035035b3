# Images of every environment: what was proved in the first goes on to the last by its digest.
resource "google_artifact_registry_repository" "main" {
  #checkov:skip=CKV_GCP_84:Images hold no secret; Google's own keys encrypt them. Decided 2026-11.
  location      = var.region
  repository_id = var.repository
  format        = "DOCKER"

  cleanup_policies {
    id     = "keep-newest"
    action = "KEEP"

    most_recent_versions {
      keep_count = var.kept_versions
    }
  }

  cleanup_policies {
    id     = "delete-untagged"
    action = "DELETE"

    condition {
      tag_state  = "UNTAGGED"
      older_than = "2592000s"
    }
  }

  # Without its image no version can be brought back.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_artifact_registry_repository_iam_member" "writer" {
  # By number: who they are is known only once they are made.
  count = length(var.writers)

  location   = google_artifact_registry_repository.main.location
  repository = google_artifact_registry_repository.main.name
  role       = "roles/artifactregistry.writer"
  member     = var.writers[count.index]
}
