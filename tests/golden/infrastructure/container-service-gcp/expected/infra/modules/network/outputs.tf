output "network_id" {
  description = "The network."
  value       = google_compute_network.main.id
}

output "subnet_id" {
  description = "The subnet."
  value       = google_compute_subnetwork.main.id
}

output "private_services_network_id" {
  description = "The network, once Google's services can be reached in it."
  value       = google_service_networking_connection.main.network
}
