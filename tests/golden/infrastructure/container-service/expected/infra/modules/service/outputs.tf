output "url" {
  description = "Where it is reached."
  value       = "https://${var.domain_name}"
}

output "cluster" {
  description = "Variable ECS_CLUSTER of the pipeline."
  value       = module.cluster.name
}

output "services" {
  description = "Services the pipeline updates."
  value       = keys(module.app)
}

output "addresses" {
  description = "Addresses that others see."
  value       = module.network.public_addresses
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN of the pipeline."
  value       = module.deploy_role.role_arn
}

output "database_user" {
  description = "What database_user.sh works with; nothing secret."
  value       = local.database_user
}
