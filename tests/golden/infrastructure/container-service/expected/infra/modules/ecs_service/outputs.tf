output "security_group_id" {
  description = "Its group, for what it may reach."
  value       = aws_security_group.main.id
}

output "service_arn" {
  description = "The service."
  value       = aws_ecs_service.main.id
}

output "role_arns" {
  description = "Roles that a release passes on."
  value       = [aws_iam_role.execution.arn, aws_iam_role.task.arn]
}

output "task_role_name" {
  description = "Role of the code, for rights of its own."
  value       = aws_iam_role.task.name
}
