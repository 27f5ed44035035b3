mock_provider "google" {}

variables {
  project        = "acme-orders-test"
  project_number = "123456789012"
  account_id     = "github-deploy-test"
  description    = "Deploys from the pipeline"
  pool           = "github"
  attributes     = ["attribute.environment/test"]
  project_roles  = ["roles/run.viewer"]
}

run "trusts_the_jobs_of_one_environment" {
  command = plan

  assert {
    condition     = one(values(google_service_account_iam_member.jobs)).member == "principalSet://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/github/attribute.environment/test"
    error_message = "Personne d’autre ne doit pouvoir le prendre."
  }
}

run "refuses_to_trust_everybody" {
  command = plan

  variables {
    attributes = ["attribute.repository/*"]
  }

  expect_failures = [var.attributes]
}

run "refuses_basic_roles" {
  command = plan

  variables {
    project_roles = ["roles/editor"]
  }

  expect_failures = [var.project_roles]
}
