output "name_servers" {
  description = "What the parent domain delegates to, when the zone was made here."
  value       = var.create_zone ? google_dns_managed_zone.main[0].name_servers : []
}
