mock_provider "aws" {}

variables {
  name                = "orders-test"
  domain_name         = "orders.example.com"
  certificate_arn     = "arn:aws:acm:eu-west-3:111111111111:certificate/00000000-0000-0000-0000-000000000000"
  kms_key_arn         = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  function_name       = "orders-test"
  function_alias      = "live"
  function_invoke_arn = "arn:aws:apigateway:eu-west-3:lambda:path/2015-03-31/functions/orders-test/invocations"
  log_days            = 90
}

run "is_reached_under_its_name_over_tls_only" {
  command = plan

  assert {
    condition     = aws_apigatewayv2_api.main.disable_execute_api_endpoint
    error_message = "There must be no second way in."
  }

  assert {
    condition     = aws_apigatewayv2_domain_name.main.domain_name_configuration[0].security_policy == "TLS_1_2"
    error_message = "Old versions of TLS must be refused."
  }
}

run "throttles" {
  command = plan

  assert {
    condition     = aws_apigatewayv2_stage.main.default_route_settings[0].throttling_rate_limit == 100
    error_message = "A flood must end before the function."
  }
}

run "refuses_an_address_instead_of_a_name" {
  command = plan

  variables {
    domain_name = "https://orders.example.com"
  }

  expect_failures = [var.domain_name]
}
