output "url" {
  description = "Where it is reached."
  value       = module.service.url
}

output "services" {
  description = "Services the pipeline updates."
  value       = module.service.services
}

output "deploy_account" {
  description = "Variable GCP_SERVICE_ACCOUNT of the pipeline."
  value       = module.service.deploy_account
}

output "internal_urls" {
  description = "Where the others are reached, inside the network."
  value       = module.service.internal_urls
}

output "ipv4" {
  description = "Where the host name must lead."
  value       = module.service.ipv4
}
