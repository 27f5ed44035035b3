output "url" {
  description = "Where it is reached."
  value       = "https://${var.domain_name}"
}

output "bucket" {
  description = "Bucket the pipeline copies the site to."
  value       = module.site.bucket
}

output "distribution_id" {
  description = "Distribution whose cache it then invalidates."
  value       = module.cdn.id
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN of the pipeline."
  value       = module.deploy_role.role_arn
}
