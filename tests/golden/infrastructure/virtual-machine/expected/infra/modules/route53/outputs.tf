output "zone_id" {
  description = "La zone."
  value       = local.zone_id
}

output "name_servers" {
  description = "À quoi délègue le domaine parent, quand la zone est créée ici."
  value       = var.create_zone ? aws_route53_zone.main[0].name_servers : []
}
