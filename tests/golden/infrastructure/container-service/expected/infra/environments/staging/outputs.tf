output "url" {
  description = "Where it is reached."
  value       = module.service.url
}

output "cluster" {
  description = "Variable ECS_CLUSTER of the pipeline."
  value       = module.service.cluster
}

output "services" {
  description = "Services the pipeline updates."
  value       = module.service.services
}

output "addresses" {
  description = "Addresses that others see."
  value       = module.service.addresses
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN of the pipeline."
  value       = module.service.deploy_role_arn
}

output "database_user" {
  description = "What database_user.sh works with; nothing secret."
  value       = module.service.database_user
}
