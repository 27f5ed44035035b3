output "names" {
  description = "The alarms' names."
  value       = [for each in aws_cloudwatch_metric_alarm.main : each.alarm_name]
}
