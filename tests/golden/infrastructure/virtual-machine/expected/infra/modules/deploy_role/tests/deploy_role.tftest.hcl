mock_provider "aws" {}

variables {
  name       = "orders-gh-test"
  account_id = "111111111111"
  subjects   = ["repo:acme/orders:environment:test"]
  permissions = [{
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::orders-test-site/*"]
  }]
}

run "trusts_one_environment_of_one_repository" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.main.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:acme/orders:environment:test"]
    error_message = "Personne d’autre ne peut prendre le rôle."
  }
}

run "refuses_to_trust_every_repository" {
  command = plan

  variables {
    subjects = ["repo:*"]
  }

  expect_failures = [var.subjects]
}

run "refuses_permissions_on_everything_that_change_something" {
  command = plan

  variables {
    permissions = [{
      actions   = ["*"]
      resources = ["*"]
    }]
  }

  expect_failures = [var.permissions]
}
