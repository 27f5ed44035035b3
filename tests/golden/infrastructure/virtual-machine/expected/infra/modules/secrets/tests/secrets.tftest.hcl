mock_provider "aws" {}

variables {
  prefix      = "test/orders"
  names       = ["STRIPE_KEY"]
  kms_key_arn = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
}

run "is_encrypted_and_can_be_brought_back" {
  command = plan

  assert {
    condition     = aws_secretsmanager_secret.main["STRIPE_KEY"].kms_key_id == var.kms_key_arn
    error_message = "Il doit être chiffré."
  }

  assert {
    condition     = aws_secretsmanager_secret.main["STRIPE_KEY"].recovery_window_in_days == 30
    error_message = "Une suppression doit laisser un mois pour s’en apercevoir."
  }
}

run "rotates_when_somebody_can" {
  command = plan

  variables {
    rotation_lambda_arn = "arn:aws:lambda:eu-west-3:111111111111:function:rotate"
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.main["STRIPE_KEY"].rotation_rules[0].automatically_after_days == 30
    error_message = "Il doit changer de lui-même."
  }
}

run "refuses_what_is_no_variable" {
  command = plan

  variables {
    names = ["stripe key"]
  }

  expect_failures = [var.names]
}
