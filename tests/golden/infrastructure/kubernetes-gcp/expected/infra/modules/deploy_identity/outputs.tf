output "email" {
  description = "Pour la variable du pipeline."
  value       = local.email
}

output "member" {
  description = "Tel qu’on lui accorde des rôles."
  value       = "serviceAccount:${local.email}"
}
