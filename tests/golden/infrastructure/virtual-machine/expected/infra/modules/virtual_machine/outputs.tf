output "group" {
  description = "The group that makes it again."
  value       = aws_autoscaling_group.main.name
}

output "address" {
  description = "Its address, where nothing stands before it."
  value       = one(aws_eip.main[*].public_ip)
}

output "document" {
  description = "Command that deploys."
  value       = aws_ssm_document.deploy.name
}

output "document_arn" {
  description = "ARN of that command."
  value       = aws_ssm_document.deploy.arn
}

output "security_group_id" {
  description = "Son groupe."
  value       = aws_security_group.main.id
}
