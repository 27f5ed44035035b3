output "cluster" {
  description = "Variable KUBE_CLUSTER du pipeline."
  value       = module.service.cluster
}

output "deploy_account" {
  description = "Variable GCP_SERVICE_ACCOUNT du pipeline."
  value       = module.service.deploy_account
}

output "secrets_account" {
  description = "Ce qui annote le compte de la grappe."
  value       = module.service.secrets_account
}

output "ingress_address" {
  description = "Où mène le nom d’hôte."
  value       = module.service.ingress_address
}
