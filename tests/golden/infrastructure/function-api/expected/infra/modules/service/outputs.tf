output "url" {
  description = "Where it is reached."
  value       = "https://${var.domain_name}"
}

output "function" {
  description = "Function the pipeline updates."
  value       = module.function.name
}

output "alias" {
  description = "Alias it then moves."
  value       = module.function.alias
}

output "code_bucket" {
  description = "Bucket it copies the code to."
  value       = module.code.bucket
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN of the pipeline."
  value       = module.deploy_role.role_arn
}
