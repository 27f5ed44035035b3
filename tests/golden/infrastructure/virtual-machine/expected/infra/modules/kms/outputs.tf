output "key_arn" {
  description = "ARN de la clé."
  value       = aws_kms_key.main.arn
}
