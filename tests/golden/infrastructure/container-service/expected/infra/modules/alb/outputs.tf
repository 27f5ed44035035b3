output "security_group_id" {
  description = "Its group, which targets let in."
  value       = aws_security_group.main.id
}

output "listener_arn" {
  description = "Where targets add their rules."
  value       = aws_lb_listener.https.arn
}

output "arn_suffix" {
  description = "What metrics call it."
  value       = aws_lb.main.arn_suffix
}

output "dns_name" {
  description = "Its own name, for the DNS alias."
  value       = aws_lb.main.dns_name
}

output "zone_id" {
  description = "The zone of that name."
  value       = aws_lb.main.zone_id
}
