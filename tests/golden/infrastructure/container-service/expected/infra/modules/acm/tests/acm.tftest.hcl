mock_provider "aws" {}

variables {
  domain_name = "orders.example.com"
  zone_id     = "Z0000000000000000000"
}

run "is_proved_by_dns" {
  command = plan

  assert {
    condition     = aws_acm_certificate.main.validation_method == "DNS"
    error_message = "A certificate proved by mail does not renew itself."
  }
}

run "refuses_what_is_no_host_name" {
  command = plan

  variables {
    domain_name = "https://orders.example.com"
  }

  expect_failures = [var.domain_name]
}
