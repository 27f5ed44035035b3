output "address" {
  description = "Où les images sont poussées."
  value       = "${var.region}-docker.pkg.dev/${google_artifact_registry_repository.main.project}/${var.repository}"
}
