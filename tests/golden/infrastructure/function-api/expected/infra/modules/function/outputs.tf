output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.main.function_name
}

output "arn" {
  description = "The function, without a version."
  value       = aws_lambda_function.main.arn
}

output "alias" {
  description = "Alias that people reach."
  value       = aws_lambda_alias.live.name
}

output "invoke_arn" {
  description = "What a gateway calls."
  value       = aws_lambda_alias.live.invoke_arn
}

output "failed_queue" {
  description = "Queue of the events that failed every time."
  value       = aws_sqs_queue.failed.name
}
