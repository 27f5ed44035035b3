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
  monthly_budget   = 10
  log_days         = 90
  alert_emails     = ["oncall@example.com"]
  deploy_role_name = "orders-gh-test"
  deploy_subjects  = ["repo:acme/orders:environment:test"]
}

run "everything_fits_together" {
  command = plan

  assert {
    condition     = output.url == "https://orders.example.com"
    error_message = "The address must be the one that was given."
  }
}
