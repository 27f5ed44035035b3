output "group" {
  description = "Le groupe qui la refait."
  value       = aws_autoscaling_group.main.name
}

output "address" {
  description = "Son adresse, quand rien n’est devant elle."
  value       = one(aws_eip.main[*].public_ip)
}

output "document" {
  description = "Commande qui déploie."
  value       = aws_ssm_document.deploy.name
}

output "document_arn" {
  description = "ARN de cette commande."
  value       = aws_ssm_document.deploy.arn
}

output "security_group_id" {
  description = "Son groupe."
  value       = aws_security_group.main.id
}
