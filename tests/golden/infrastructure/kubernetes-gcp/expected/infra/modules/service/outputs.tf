output "cluster" {
  description = "Variable KUBE_CLUSTER of the pipeline."
  value       = module.cluster.name
}

output "deploy_account" {
  description = "Variable GCP_SERVICE_ACCOUNT du pipeline."
  value       = module.deploy_identity.email
}

output "secrets_account" {
  description = "What the account of the cluster is annotated with."
  value       = module.secrets.email
}

output "ingress_address" {
  description = "Where the host name leads."
  value       = google_compute_address.ingress.address
}
