mock_provider "aws" {}

variables {
  name        = "orders-test"
  kms_key_arn = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  code_bucket = "orders-test-code"
  first_code  = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
  runtime     = "python3.14"
  handler     = "app.handler"
  memory_mb   = 256
  log_days    = 90
}

run "keeps_failed_events_and_encrypts_them" {
  command = plan

  assert {
    condition     = aws_sqs_queue.failed.message_retention_seconds == 1209600
    error_message = "Failed events must wait as long as a queue can."
  }

  assert {
    condition     = aws_sqs_queue.failed.kms_master_key_id == var.kms_key_arn && aws_cloudwatch_log_group.main.kms_key_id == var.kms_key_arn
    error_message = "It must be encrypted."
  }
}

run "is_reached_by_an_alias" {
  command = plan

  assert {
    condition     = aws_lambda_alias.live.name == "live" && aws_lambda_function.main.publish
    error_message = "Only a published version can be gone back to."
  }
}

run "refuses_a_runtime_nobody_maintains" {
  command = plan

  variables {
    runtime = "python3.9"
  }

  expect_failures = [var.runtime]
}
