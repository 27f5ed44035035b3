output "email" {
  description = "For the variable of the pipeline."
  value       = local.email
}

output "member" {
  description = "As roles are granted to it."
  value       = "serviceAccount:${local.email}"
}
