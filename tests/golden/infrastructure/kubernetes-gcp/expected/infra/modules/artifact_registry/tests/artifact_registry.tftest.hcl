mock_provider "google" {}

variables {
  region     = "europe-west9"
  repository = "orders"
  writers    = ["serviceAccount:github-push@acme-orders.iam.gserviceaccount.com"]
}

run "keeps_what_may_have_to_come_back" {
  command = plan

  assert {
    condition     = contains(google_artifact_registry_repository.main.cleanup_policies[*].action, "KEEP")
    error_message = "Les images les plus récentes doivent rester."
  }

  assert {
    condition     = google_artifact_registry_repository_iam_member.writer[0].role == "roles/artifactregistry.writer"
    error_message = "Qui pousse ne doit pas pouvoir supprimer."
  }
}
