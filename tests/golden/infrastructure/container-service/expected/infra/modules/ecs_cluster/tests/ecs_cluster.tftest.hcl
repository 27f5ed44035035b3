mock_provider "aws" {}

variables {
  name            = "orders-test"
  kms_key_arn     = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  log_days        = 30
  execute_command = false
}

run "is_watched_and_lets_nobody_in" {
  command = plan

  assert {
    condition     = [for each in aws_ecs_cluster.main.setting : each.value if each.name == "containerInsights"] == ["enabled"]
    error_message = "Its services must be measured."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.shell) == 0
    error_message = "Nobody may open a shell unless it is said."
  }
}

run "keeps_what_is_done_in_a_shell" {
  command = plan

  variables {
    execute_command = true
  }

  assert {
    condition     = aws_ecs_cluster.main.configuration[0].execute_command_configuration[0].logging == "OVERRIDE"
    error_message = "What is done in a container must be kept."
  }
}
