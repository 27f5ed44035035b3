output "url" {
  description = "Où on le joint."
  value       = "https://${var.domain_name}"
}

output "files_bucket" {
  description = "Compartiment où le dossier deploy est copié."
  value       = module.files.bucket
}

output "document" {
  description = "Commande qui déploie."
  value       = module.machine.document
}

output "group" {
  description = "Groupe auquel la machine appartient."
  value       = module.machine.group
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN du pipeline."
  value       = module.deploy_role.role_arn
}
