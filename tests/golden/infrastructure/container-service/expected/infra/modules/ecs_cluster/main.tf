# Where the services run: no machine of its own, Fargate brings them.
resource "aws_ecs_cluster" "main" {
  #checkov:skip=CKV_AWS_224:A session's log group is encrypted; where nobody may open one there is none; decided 2026-11.
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  # Where a shell in a container is allowed, what is done in it is kept.
  dynamic "configuration" {
    for_each = aws_cloudwatch_log_group.shell

    content {
      execute_command_configuration {
        kms_key_id = var.kms_key_arn
        logging    = "OVERRIDE"

        log_configuration {
          cloud_watch_encryption_enabled = true
          cloud_watch_log_group_name     = configuration.value.name
        }
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "shell" {
  count = var.execute_command ? 1 : 0

  name              = "/ecs/${var.name}/shell"
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_cluster_capacity_providers" "main" {
  cluster_name       = aws_ecs_cluster.main.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}
