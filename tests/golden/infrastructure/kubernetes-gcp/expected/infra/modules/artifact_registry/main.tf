# Les images de tous les environnements : ce qui a été prouvé dans le premier va jusqu’au dernier par son empreinte.
resource "google_artifact_registry_repository" "main" {
  #checkov:skip=CKV_GCP_84:Les images ne contiennent aucun secret ; les clés de Google les chiffrent. Décidé en 2026-11.
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

  # Sans son image, aucune version ne peut revenir.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_artifact_registry_repository_iam_member" "writer" {
  # Par numéro : leur identité n’est connue qu’une fois créés.
  count = length(var.writers)

  location   = google_artifact_registry_repository.main.location
  repository = google_artifact_registry_repository.main.name
  role       = "roles/artifactregistry.writer"
  member     = var.writers[count.index]
}
