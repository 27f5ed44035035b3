output "topic_arn" {
  description = "Le sujet."
  value       = aws_sns_topic.main.arn
}
