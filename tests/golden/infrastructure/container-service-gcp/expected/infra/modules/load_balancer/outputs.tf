output "ipv4" {
  description = "What the A record says."
  value       = google_compute_global_address.main["IPV4"].address
}

output "ipv6" {
  description = "What the AAAA record says."
  value       = google_compute_global_address.main["IPV6"].address
}
