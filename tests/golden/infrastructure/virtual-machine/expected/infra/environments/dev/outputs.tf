output "url" {
  description = "Où on le joint."
  value       = module.service.url
}

output "files_bucket" {
  description = "Bucket the folder deploy is copied to."
  value       = module.service.files_bucket
}

output "document" {
  description = "Command that deploys."
  value       = module.service.document
}

output "group" {
  description = "Group the machine belongs to."
  value       = module.service.group
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN du pipeline."
  value       = module.service.deploy_role_arn
}
