output "url" {
  description = "Where it is reached."
  value       = module.service.url
}

output "bucket" {
  description = "Bucket the pipeline copies the site to."
  value       = module.service.bucket
}

output "distribution_id" {
  description = "Distribution whose cache it then invalidates."
  value       = module.service.distribution_id
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN of the pipeline."
  value       = module.service.deploy_role_arn
}
