output "zone_id" {
  description = "The zone."
  value       = local.zone_id
}

output "name_servers" {
  description = "What the parent domain delegates to, when the zone was made here."
  value       = var.create_zone ? aws_route53_zone.main[0].name_servers : []
}
