output "arns" {
  description = "Variable vers l’ARN de son secret."
  value       = { for name, each in aws_secretsmanager_secret.main : name => each.arn }
}
