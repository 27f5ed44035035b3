mock_provider "google" {}

variables {
  name            = "orders-test"
  billing_account = "012345-6789AB-CDEF01"
  project_number  = "123456789012"
  service         = "orders"
  monthly         = 120
  channels        = ["projects/acme/notificationChannels/1"]
}

run "warns_before_the_money_is_spent" {
  command = plan

  assert {
    condition     = contains(google_billing_budget.main[0].threshold_rules[*].spend_basis, "FORECASTED_SPEND")
    error_message = "La prévision doit prévenir."
  }

  assert {
    condition     = google_billing_budget.main[0].amount[0].specified_amount[0].units == "120"
    error_message = "La limite doit être celle qui fut donnée."
  }
}

run "refuses_what_is_no_billing_account" {
  command = plan

  variables {
    billing_account = "acme"
  }

  expect_failures = [var.billing_account]
}
