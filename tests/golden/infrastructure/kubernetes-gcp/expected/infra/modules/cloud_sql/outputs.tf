output "instance" {
  description = "Nom de l’instance."
  value       = google_sql_database_instance.main.name
}

output "host" {
  description = "Où on le joint."
  value       = google_sql_database_instance.main.private_ip_address
}

output "secrets" {
  description = "Les secrets, par le nom donné ; ils existent une fois que le mot de passe y est."
  value       = { for name, each in google_secret_manager_secret_version.connection : name => local.secrets[name] }
}
