output "instance" {
  description = "Name of the instance."
  value       = google_sql_database_instance.main.name
}

output "host" {
  description = "Where it is reached."
  value       = google_sql_database_instance.main.private_ip_address
}

output "secrets" {
  description = "The secrets, by the name that was given; they exist once the password stands in them."
  value       = { for name, each in google_secret_manager_secret_version.connection : name => local.secrets[name] }
}
