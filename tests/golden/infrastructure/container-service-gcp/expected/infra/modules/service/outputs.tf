output "url" {
  description = "Where it is reached."
  value       = "https://${var.domain_name}"
}

output "services" {
  description = "Services the pipeline updates."
  value       = [for each in module.run : each.name]
}

output "deploy_account" {
  description = "Variable GCP_SERVICE_ACCOUNT of the pipeline."
  value       = module.deploy_identity.email
}

output "internal_urls" {
  description = "Where the others are reached, inside the network."
  value       = { for name, each in module.run : name => each.url if name != var.front }
}

output "ipv4" {
  description = "Where the host name must lead."
  value       = module.load_balancer.ipv4
}
