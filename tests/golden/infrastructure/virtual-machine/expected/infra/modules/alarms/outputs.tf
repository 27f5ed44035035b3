output "names" {
  description = "Les noms des alarmes."
  value       = [for each in aws_cloudwatch_metric_alarm.main : each.alarm_name]
}
