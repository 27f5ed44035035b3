output "channels" {
  description = "Qui est prévenu, pour le budget."
  value       = [for each in google_monitoring_notification_channel.mail : each.id]
}
