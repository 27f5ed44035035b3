mock_provider "aws" {}

variables {
  name               = "orders-test"
  domain_name        = "orders.example.com"
  origin_domain_name = "orders-test-site.s3.eu-west-3.amazonaws.com"
  certificate_arn    = "arn:aws:acm:us-east-1:111111111111:certificate/00000000-0000-0000-0000-000000000000"
  log_bucket_arn     = "arn:aws:s3:::orders-test-logs"
}

run "speaks_tls_only" {
  command = plan

  assert {
    condition     = aws_cloudfront_distribution.main.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "Old versions of TLS must be refused."
  }

  assert {
    condition     = aws_cloudfront_distribution.main.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "Nothing may be served in clear."
  }
}

run "a_site_says_404" {
  command = plan

  assert {
    condition     = toset(aws_cloudfront_distribution.main.custom_error_response[*].response_code) == toset([404])
    error_message = "What does not exist must be said to be missing."
  }
}

run "a_single_page_answers_every_path" {
  command = plan

  variables {
    single_page = true
  }

  assert {
    condition     = toset(aws_cloudfront_distribution.main.custom_error_response[*].response_page_path) == toset(["/index.html"])
    error_message = "The application itself decides about paths."
  }
}

run "refuses_a_certificate_from_elsewhere" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-west-3:111111111111:certificate/00000000-0000-0000-0000-000000000000"
  }

  expect_failures = [var.certificate_arn]
}
