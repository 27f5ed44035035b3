output "role_name" {
  description = "Name of the role."
  value       = aws_iam_role.main.name
}

output "role_arn" {
  description = "The role, for the variable AWS_ROLE_ARN of the pipeline."
  value       = aws_iam_role.main.arn
}
