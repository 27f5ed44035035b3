mock_provider "google" {}

variables {
  name   = "orders-test"
  region = "europe-west9"
  users  = ["serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com"]
}

run "rotates" {
  command = plan

  assert {
    condition     = google_kms_crypto_key.main.rotation_period == "7776000s"
    error_message = "La clé doit tourner chaque trimestre."
  }
}

run "refuses_everybody" {
  command = plan

  variables {
    users = ["allUsers"]
  }

  expect_failures = [var.users]
}
