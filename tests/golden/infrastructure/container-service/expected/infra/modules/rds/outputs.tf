output "id" {
  description = "What metrics call it."
  value       = aws_db_instance.main.identifier
}

output "host" {
  description = "Where it is reached."
  value       = aws_db_instance.main.address
}

output "port" {
  description = "Its port."
  value       = local.port
}

output "name" {
  description = "Name of the database in it."
  value       = aws_db_instance.main.db_name
}

output "master_secret_arn" {
  description = "Secret of the master user, for administration alone."
  value       = one(aws_db_instance.main.master_user_secret[*].secret_arn)
}

output "security_group_id" {
  description = "Its group."
  value       = aws_security_group.main.id
}
