output "arns" {
  description = "Variable to the ARN of its secret."
  value       = { for name, each in aws_secretsmanager_secret.main : name => each.arn }
}
