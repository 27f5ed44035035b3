mock_provider "aws" {}

variables {
  name     = "orders-test"
  services = ["logs.eu-west-3.amazonaws.com", "cloudwatch.amazonaws.com"]
}

run "rotates_and_waits_before_it_is_deleted" {
  command = plan

  assert {
    condition     = aws_kms_key.main.enable_key_rotation
    error_message = "La clé doit être renouvelée."
  }

  assert {
    condition     = aws_kms_key.main.deletion_window_in_days == 30
    error_message = "Une suppression doit laisser un mois pour s’en apercevoir."
  }

  assert {
    condition     = aws_kms_alias.main.name == "alias/orders-test"
    error_message = "L’alias doit porter le nom."
  }
}

run "refuses_what_is_no_service" {
  command = plan

  variables {
    services = ["*"]
  }

  expect_failures = [var.services]
}
