output "map_id" {
  description = "What a load balancer uses."
  value       = google_certificate_manager_certificate_map.main.id
}

output "record" {
  description = "What DNS must say for the certificate to be issued."
  value = {
    name   = google_certificate_manager_dns_authorization.main.dns_resource_record[0].name
    type   = google_certificate_manager_dns_authorization.main.dns_resource_record[0].type
    values = [google_certificate_manager_dns_authorization.main.dns_resource_record[0].data]
  }
}
