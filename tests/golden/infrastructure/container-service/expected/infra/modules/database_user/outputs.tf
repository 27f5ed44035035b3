output "security_group_id" {
  description = "Its group, which the database lets in."
  value       = aws_security_group.main.id
}

output "secret_arn" {
  description = "Secret with user and password."
  value       = aws_secretsmanager_secret.main.arn
}

output "task_definition" {
  description = "The task."
  value       = aws_ecs_task_definition.main.family
}

output "log_group" {
  description = "Where it says what went wrong."
  value       = aws_cloudwatch_log_group.main.name
}
