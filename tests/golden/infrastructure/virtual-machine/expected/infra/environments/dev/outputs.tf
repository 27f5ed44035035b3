output "url" {
  description = "Où on le joint."
  value       = module.service.url
}

output "files_bucket" {
  description = "Compartiment où le dossier deploy est copié."
  value       = module.service.files_bucket
}

output "document" {
  description = "Commande qui déploie."
  value       = module.service.document
}

output "group" {
  description = "Groupe auquel la machine appartient."
  value       = module.service.group
}

output "deploy_role_arn" {
  description = "Variable AWS_ROLE_ARN du pipeline."
  value       = module.service.deploy_role_arn
}
