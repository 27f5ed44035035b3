mock_provider "google" {}

variables {
  name    = "orders-test"
  project = "acme-orders-test"
  emails  = ["oncall@example.com"]
  host    = "orders.example.com"
  path    = "/health"
  policies = {
    errors = {
      description = "Requests fail"
      query       = "sum(rate(run_googleapis_com:request_count[5m])) > 1"
    }
  }
}

run "tells_somebody" {
  command = plan

  assert {
    condition     = length(google_monitoring_notification_channel.mail) == 1 && length(google_monitoring_alert_policy.main) == 1
    error_message = "Quelqu’un doit recevoir les alarmes."
  }

  assert {
    condition     = google_monitoring_uptime_check_config.main[0].http_check[0].validate_ssl
    error_message = "Un certificat expiré doit se voir."
  }
}

run "refuses_what_is_no_address" {
  command = plan

  variables {
    emails = ["oncall"]
  }

  expect_failures = [var.emails]
}
