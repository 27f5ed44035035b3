mock_provider "google" {}

variables {
  project        = "acme-orders-test"
  project_number = "123456789012"
  account_id     = "orders-secrets"
  accounts       = ["test/orders-secrets"]
  secret_prefix  = "orders-"
}

run "reads_its_own_secrets_only" {
  command = plan

  assert {
    condition     = strcontains(google_project_iam_member.reads.condition[0].expression, "projects/123456789012/secrets/orders-")
    error_message = "Il ne doit lire que ses propres secrets."
  }

  assert {
    condition     = one(values(google_service_account_iam_member.cluster)).member == "serviceAccount:acme-orders-test.svc.id.goog[test/orders-secrets]"
    error_message = "Personne d’autre ne doit pouvoir le prendre."
  }
}

run "refuses_what_is_no_account_of_the_cluster" {
  command = plan

  variables {
    accounts = ["orders-secrets"]
  }

  expect_failures = [var.accounts]
}
