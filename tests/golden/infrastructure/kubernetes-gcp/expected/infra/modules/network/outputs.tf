output "network_id" {
  description = "Le réseau."
  value       = google_compute_network.main.id
}

output "subnet_id" {
  description = "Le sous-réseau."
  value       = google_compute_subnetwork.main.id
}

output "private_services_network_id" {
  description = "Le réseau, une fois que les services de Google peuvent y être joints."
  value       = google_service_networking_connection.main.network
}
