# Mises à jour chaque nuit de dimanche, avec redémarrage s’il le faut : ce qui tourne revient de lui-même.
resource "aws_ssm_association" "patches" {
  name                        = "AWS-RunPatchBaseline"
  association_name            = "${var.name}-patches"
  schedule_expression         = "cron(0 3 ? * SUN *)"
  apply_only_at_cron_interval = true
  compliance_severity         = "HIGH"

  parameters = {
    Operation    = "Install"
    RebootOption = "RebootIfNeeded"
  }

  targets {
    key    = "tag:Name"
    values = [var.name]
  }
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/ec2/${var.name}"
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

# Ce qu’AWS ne voit pas du dehors : mémoire, disque, journal d’accès.
resource "aws_ssm_parameter" "agent" {
  #checkov:skip=CKV2_AWS_34:A setting, not a secret; decided 2026-11.
  #checkov:skip=CKV_AWS_337:As above; decided 2026-11.
  name = "AmazonCloudWatch-${var.name}"
  type = "String"

  value = jsonencode({
    metrics = {
      append_dimensions      = { AutoScalingGroupName = "$${aws:AutoScalingGroupName}" }
      aggregation_dimensions = [["AutoScalingGroupName"], ["AutoScalingGroupName", "path"]]
      metrics_collected = {
        mem  = { measurement = ["mem_used_percent"] }
        disk = { measurement = ["used_percent"], resources = ["/", "/data"], drop_device = true }
      }
    }
    logs = {
      logs_collected = {
        files = {
          collect_list = [for file in ["/var/log/nginx/access.log", "/var/log/nginx/error.log", "/var/log/start.log", "/var/log/auth.log"] : {
            file_path       = file
            log_group_name  = aws_cloudwatch_log_group.main.name
            log_stream_name = "{instance_id}${file}"
          }]
        }
      }
    }
  })
}

resource "aws_ssm_association" "agent" {
  name             = "AWS-ConfigureAWSPackage"
  association_name = "${var.name}-agent"

  parameters = {
    action = "Install"
    name   = "AmazonCloudWatchAgent"
  }

  targets {
    key    = "tag:Name"
    values = [var.name]
  }
}

resource "aws_ssm_association" "agent_settings" {
  name                = "AmazonCloudWatch-ManageAgent"
  association_name    = "${var.name}-agent-settings"
  schedule_expression = "rate(1 day)"

  parameters = {
    action                        = "configure"
    mode                          = "ec2"
    optionalConfigurationSource   = "ssm"
    optionalConfigurationLocation = aws_ssm_parameter.agent.name
    optionalRestart               = "yes"
  }

  targets {
    key    = "tag:Name"
    values = [var.name]
  }

  depends_on = [aws_ssm_association.agent]
}
