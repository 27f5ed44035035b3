# A service on Fargate. The pipeline brings new versions of the image; sizes and settings changed here reach it with the next one.
data "aws_region" "current" {}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/ecs/${var.cluster_name}/${var.name}"
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_task_definition" "main" {
  #checkov:skip=CKV_AWS_336:Images write to /tmp, and Fargate has no tmpfs for it; decided 2026-11.
  family                   = var.family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  # Earlier revisions are what a release goes back to.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([merge(
    {
      name         = var.name
      image        = var.image
      essential    = true
      environment  = [for key in sort(keys(var.environment)) : { name = key, value = var.environment[key] }]
      secrets      = [for key in sort(keys(var.secrets)) : { name = key, valueFrom = var.secrets[key] }]
      portMappings = var.port == null ? [] : [{ containerPort = var.port, protocol = "tcp" }]
      stopTimeout  = 60

      linuxParameters = {
        initProcessEnabled = true
        capabilities       = { drop = ["ALL"] }
      }

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.main.name
          awslogs-region        = data.aws_region.current.region
          awslogs-stream-prefix = "task"
        }
      }
    },
    var.health_command == null ? {} : {
      healthCheck = {
        command     = concat(["CMD"], var.health_command)
        interval    = 30
        timeout     = 5
        retries     = 3
        startPeriod = 60
      }
    },
    var.registry_secret_arn == null ? {} : {
      repositoryCredentials = { credentialsParameter = var.registry_secret_arn }
    },
  )])

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_service" "main" {
  name                              = var.name
  cluster                           = var.cluster_arn
  task_definition                   = aws_ecs_task_definition.main.arn
  desired_count                     = var.least
  enable_execute_command            = var.execute_command
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = var.port == null ? null : 60

  # New tasks first, and old ones only go when the new ones answer.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  # A version that does not come up is taken back by itself.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  capacity_provider_strategy {
    capacity_provider = var.spot ? "FARGATE_SPOT" : "FARGATE"
    weight            = 1
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.main.id]
    assign_public_ip = var.public_address
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.main

    content {
      target_group_arn = load_balancer.value.arn
      container_name   = var.name
      container_port   = var.port
    }
  }

  # The pipeline says which revision runs, the autoscaler how many tasks.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [aws_lb_listener_rule.main, aws_iam_role_policy.execution]
}
