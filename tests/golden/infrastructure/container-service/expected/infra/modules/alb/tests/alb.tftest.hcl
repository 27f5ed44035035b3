mock_provider "aws" {}

variables {
  name            = "orders-test"
  vpc_id          = "vpc-00000000000000000"
  subnet_ids      = ["subnet-00000000000000001", "subnet-00000000000000002"]
  certificate_arn = "arn:aws:acm:eu-west-3:111111111111:certificate/00000000-0000-0000-0000-000000000000"
  log_bucket      = "orders-test-logs-111111111111"
}

run "serves_over_tls_alone" {
  command = plan

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "Nothing may be served in clear."
  }

  assert {
    condition     = startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2")
    error_message = "Old versions of TLS must be refused."
  }

  assert {
    condition     = aws_lb.main.access_logs[0].enabled && aws_lb.main.enable_deletion_protection
    error_message = "It must log who came, and not be deleted by mistake."
  }
}

run "stands_behind_a_firewall_when_there_is_one" {
  command = plan

  variables {
    web_acl_arn = "arn:aws:wafv2:eu-west-3:111111111111:regional/webacl/main/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.main) == 1
    error_message = "The firewall must stand before it."
  }
}

run "refuses_one_zone_alone" {
  command = plan

  variables {
    subnet_ids = ["subnet-00000000000000001"]
  }

  expect_failures = [var.subnet_ids]
}
