output "name" {
  description = "Nom du cluster."
  value       = google_container_cluster.main.name
}

output "node_account" {
  description = "What the nodes run as; it fetches the images."
  value       = local.email
}

output "endpoint" {
  description = "Name the cluster is reached by."
  value       = google_container_cluster.main.control_plane_endpoints_config[*].dns_endpoint_config[0].endpoint
}
