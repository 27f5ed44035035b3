output "topic_arn" {
  description = "The topic."
  value       = aws_sns_topic.main.arn
}
