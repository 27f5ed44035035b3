output "name_servers" {
  description = "À quoi délègue le domaine parent, quand la zone est créée ici."
  value       = var.create_zone ? google_dns_managed_zone.main[0].name_servers : []
}
