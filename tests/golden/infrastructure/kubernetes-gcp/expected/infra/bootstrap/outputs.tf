output "state_bucket" {
  description = "Bucket des états."
  value       = google_storage_bucket.state.name
}

output "workload_identity_provider" {
  description = "Variable GCP_WORKLOAD_IDENTITY_PROVIDER du pipeline."
  value       = google_iam_workload_identity_pool_provider.pipeline.name
}

output "plan_account" {
  description = "Compte de service sous lequel le pipeline planifie."
  value       = module.plan_identity.email
}

output "push_account" {
  description = "Variable GCP_PUSH_SERVICE_ACCOUNT du pipeline."
  value       = one(module.push_identity[*].email)
}

output "registry" {
  description = "Où les images sont poussées."
  value       = one(module.registry[*].address)
}
