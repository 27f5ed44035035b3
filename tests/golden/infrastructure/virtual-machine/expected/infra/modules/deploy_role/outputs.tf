output "role_name" {
  description = "Nom du rôle."
  value       = aws_iam_role.main.name
}

output "role_arn" {
  description = "Le rôle, pour la variable AWS_ROLE_ARN du pipeline."
  value       = aws_iam_role.main.arn
}
