mock_provider "aws" {}

variables {
  name         = "orders"
  family       = "orders-test"
  account_id   = "111111111111"
  cluster_arn  = "arn:aws:ecs:eu-west-3:111111111111:cluster/orders-test"
  cluster_name = "orders-test"
  kms_key_arn  = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  vpc_id       = "vpc-00000000000000000"
  subnet_ids   = ["subnet-00000000000000001", "subnet-00000000000000002"]
  image        = "registry.example.com/orders:1"
  cpu          = 256
  memory       = 512
  least        = 2
  most         = 4
  port         = 8000
  log_days     = 90
  load_balancer = {
    listener_arn      = "arn:aws:elasticloadbalancing:eu-west-3:111111111111:listener/app/orders/1/2"
    security_group_id = "sg-00000000000000000"
  }
  secrets = {
    DATABASE_URL = "arn:aws:secretsmanager:eu-west-3:111111111111:secret:test/orders/DATABASE_URL-AbCdEf"
  }
}

run "takes_a_broken_version_back" {
  command = plan

  assert {
    condition     = aws_ecs_service.main.deployment_circuit_breaker[0].enable && aws_ecs_service.main.deployment_circuit_breaker[0].rollback
    error_message = "A version that does not come up must be taken back."
  }

  assert {
    condition     = aws_ecs_service.main.deployment_minimum_healthy_percent == 100
    error_message = "A release must not take capacity away."
  }
}

run "lets_nobody_in_but_the_load_balancer" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer[0].referenced_security_group_id == var.load_balancer.security_group_id
    error_message = "Who comes in must be named, not guessed from an address."
  }

  assert {
    condition     = aws_ecs_service.main.enable_execute_command == false && length(aws_iam_role_policy.shell) == 0
    error_message = "Nobody may open a shell unless it is said."
  }

  assert {
    condition     = aws_ecs_service.main.network_configuration[0].assign_public_ip == false
    error_message = "A task must have no public address unless it is said."
  }
}

run "scales_between_least_and_most" {
  command = plan

  assert {
    condition     = aws_appautoscaling_target.main.min_capacity == 2 && aws_appautoscaling_target.main.max_capacity == 4
    error_message = "The limits must be those that were given."
  }
}

run "a_worker_has_no_door" {
  command = plan

  variables {
    port = null
  }

  assert {
    condition     = length(aws_lb_target_group.main) == 0 && length(aws_vpc_security_group_ingress_rule.load_balancer) == 0
    error_message = "What answers nobody must be reached by nobody."
  }
}

run "refuses_more_at_least_than_at_most" {
  command = plan

  variables {
    least = 5
  }

  expect_failures = [var.most]
}
