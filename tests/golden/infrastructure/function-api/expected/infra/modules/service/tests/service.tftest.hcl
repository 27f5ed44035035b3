mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111111111111"
    }
  }
}

variables {
  name             = "orders-test"
  service          = "orders"
  environment      = "test"
  domain_name      = "orders.example.com"
  zone_name        = "example.com"
  key_region       = "eu-west-3"
  monthly_budget   = 10
  log_days         = 90
  alert_emails     = ["oncall@example.com"]
  deploy_role_name = "orders-gh-test"
  deploy_subjects  = ["repo:acme/orders:environment:test"]
  runtime          = "python3.14"
  handler          = "app.handler"
  memory_mb        = 256
  first_code       = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
}

run "everything_fits_together" {
  command = plan

  assert {
    condition     = output.url == "https://orders.example.com"
    error_message = "The address must be the one that was given."
  }
}
