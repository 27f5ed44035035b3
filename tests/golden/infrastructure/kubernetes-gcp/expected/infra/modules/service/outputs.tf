output "cluster" {
  description = "Variable KUBE_CLUSTER du pipeline."
  value       = module.cluster.name
}

output "deploy_account" {
  description = "Variable GCP_SERVICE_ACCOUNT du pipeline."
  value       = module.deploy_identity.email
}

output "secrets_account" {
  description = "Ce qui annote le compte de la grappe."
  value       = module.secrets.email
}

output "ingress_address" {
  description = "Où mène le nom d’hôte."
  value       = google_compute_address.ingress.address
}
