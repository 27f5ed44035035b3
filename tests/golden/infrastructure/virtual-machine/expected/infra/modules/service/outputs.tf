output "url" {
  description = "Où on le joint."
  value       = "https://${var.domain_name}"
}

output "files_bucket" {
  description = "Bucket the folder deploy is copied to."
  value       = module.files.bucket
}

output "document" {
  description = "Command that deploys."
  value       = module.machine.document
}

output "group" {
  description = "Group the machine belongs to."
  value       = module.machine.group
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN du pipeline."
  value       = module.deploy_role.role_arn
}
