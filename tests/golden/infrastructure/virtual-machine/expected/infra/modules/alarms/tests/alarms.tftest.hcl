mock_provider "aws" {}

variables {
  name      = "orders-test"
  topic_arn = "arn:aws:sns:eu-west-3:111111111111:orders-test-alerts"
  alarms = {
    errors = {
      description = "Too many errors"
      namespace   = "AWS/ApplicationELB"
      metric      = "HTTPCode_Target_5XX_Count"
      dimensions  = { LoadBalancer = "app/orders/1" }
      threshold   = 5
    }
  }
}

run "tells_when_it_begins_and_when_it_is_over" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.main["errors"].alarm_actions == toset([var.topic_arn])
    error_message = "Une alarme que personne n’entend n’en est pas une."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.main["errors"].ok_actions == toset([var.topic_arn])
    error_message = "La fin doit être dite aussi."
  }
}
