output "channels" {
  description = "Who is told, for the budget."
  value       = [for each in google_monitoring_notification_channel.mail : each.id]
}
