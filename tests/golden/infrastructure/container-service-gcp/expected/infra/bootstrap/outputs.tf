output "state_bucket" {
  description = "Bucket of the states."
  value       = google_storage_bucket.state.name
}

output "workload_identity_provider" {
  description = "Variable GCP_WORKLOAD_IDENTITY_PROVIDER of the pipeline."
  value       = google_iam_workload_identity_pool_provider.pipeline.name
}

output "plan_account" {
  description = "Service account that the pipeline plans as."
  value       = module.plan_identity.email
}

output "push_account" {
  description = "Variable GCP_PUSH_SERVICE_ACCOUNT of the pipeline."
  value       = one(module.push_identity[*].email)
}

output "registry" {
  description = "Where images are pushed."
  value       = one(module.registry[*].address)
}
