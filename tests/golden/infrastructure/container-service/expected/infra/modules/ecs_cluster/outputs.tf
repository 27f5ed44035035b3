output "arn" {
  description = "The cluster."
  value       = aws_ecs_cluster.main.arn
}

output "name" {
  description = "Its name."
  value       = aws_ecs_cluster.main.name
}
