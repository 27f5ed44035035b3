output "cluster" {
  description = "Variable KUBE_CLUSTER of the pipeline."
  value       = module.service.cluster
}

output "deploy_account" {
  description = "Variable GCP_SERVICE_ACCOUNT du pipeline."
  value       = module.service.deploy_account
}

output "secrets_account" {
  description = "What the account of the cluster is annotated with."
  value       = module.service.secrets_account
}

output "ingress_address" {
  description = "Where the host name leads."
  value       = module.service.ingress_address
}
