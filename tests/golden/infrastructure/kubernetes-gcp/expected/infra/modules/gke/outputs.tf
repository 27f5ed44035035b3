output "name" {
  description = "Nom du cluster."
  value       = google_container_cluster.main.name
}

output "node_account" {
  description = "Ce sous quoi tournent les nœuds ; il prend les images."
  value       = local.email
}

output "endpoint" {
  description = "Nom par lequel on joint la grappe."
  value       = google_container_cluster.main.control_plane_endpoints_config[*].dns_endpoint_config[0].endpoint
}
