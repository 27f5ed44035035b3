mock_provider "aws" {}

variables {
  name     = "orders-test"
  services = ["logs.eu-west-3.amazonaws.com", "cloudwatch.amazonaws.com"]
}

run "rotates_and_waits_before_it_is_deleted" {
  command = plan

  assert {
    condition     = aws_kms_key.main.enable_key_rotation
    error_message = "The key must rotate."
  }

  assert {
    condition     = aws_kms_key.main.deletion_window_in_days == 30
    error_message = "A deletion must leave a month to notice it."
  }

  assert {
    condition     = aws_kms_alias.main.name == "alias/orders-test"
    error_message = "The alias must carry the name."
  }
}

run "refuses_what_is_no_service" {
  command = plan

  variables {
    services = ["*"]
  }

  expect_failures = [var.services]
}
