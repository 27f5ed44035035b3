variable "alarm_topic_arn" {
  description = "SNS topic that the alarms are sent to."
  type        = string
}

variable "environment" {
  description = "Environment whose log groups these are."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that the logs are encrypted with; null for the one of CloudWatch."
  type        = string
  default     = null
}

locals {
  components = toset(["ledger"])
}

resource "aws_cloudwatch_log_group" "component" {
  for_each = local.components

  name              = "/ecs/${each.key}"
  retention_in_days = 365
  kms_key_id        = var.kms_key_arn

  tags = {
    service     = "ledger"
    environment = var.environment
  }
}

# Structured lines carry a level; others count when they begin with ERROR.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  for_each = local.components

  name           = "${each.key}-errors"
  log_group_name = aws_cloudwatch_log_group.component[each.key].name
  pattern        = "{ ($.level = \"error\") || ($.level = \"ERROR\") || ($.level = \"fatal\") }"

  metric_transformation {
    name          = "${each.key}-errors"
    namespace     = "ledger/${var.environment}"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.components

  alarm_name          = "ledger-${var.environment}-${each.key}-errors"
  alarm_description   = "More than 50 errors in ten minutes. Runbook: docs/runbooks/LogErrorsHigh.md"
  namespace           = "ledger/${var.environment}"
  metric_name         = "${each.key}-errors"
  statistic           = "Sum"
  period              = 600
  evaluation_periods  = 1
  threshold           = 50
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
