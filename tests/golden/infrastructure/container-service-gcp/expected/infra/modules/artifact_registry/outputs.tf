output "address" {
  description = "Where images are pushed."
  value       = "${var.region}-docker.pkg.dev/${google_artifact_registry_repository.main.project}/${var.repository}"
}
