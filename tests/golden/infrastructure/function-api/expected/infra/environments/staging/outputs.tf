output "url" {
  description = "Where it is reached."
  value       = module.service.url
}

output "function" {
  description = "Function the pipeline updates."
  value       = module.service.function
}

output "alias" {
  description = "Alias it then moves."
  value       = module.service.alias
}

output "code_bucket" {
  description = "Bucket it copies the code to."
  value       = module.service.code_bucket
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN of the pipeline."
  value       = module.service.deploy_role_arn
}
