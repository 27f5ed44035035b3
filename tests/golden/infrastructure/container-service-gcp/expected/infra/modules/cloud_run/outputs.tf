output "name" {
  description = "Name of the service."
  value       = google_cloud_run_v2_service.main.name
}

output "url" {
  description = "Where the network reaches it."
  value       = google_cloud_run_v2_service.main.uri
}

output "account" {
  description = "What it runs as."
  value       = local.email
}

output "account_id" {
  description = "The same, for who deploys it."
  value       = "projects/${var.project}/serviceAccounts/${local.email}"
}

output "jobs" {
  description = "The job that migrates, if there is one."
  value       = google_cloud_run_v2_job.migrate[*].name
}
