mock_provider "aws" {}

variables {
  name        = "orders-test"
  account_id  = "111111111111"
  kms_key_arn = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  emails      = ["oncall@example.com"]
}

run "is_encrypted_and_read_by_somebody" {
  command = plan

  assert {
    condition     = aws_sns_topic.main.kms_master_key_id == var.kms_key_arn
    error_message = "Il doit être chiffré."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.mail) == 1
    error_message = "Quelqu’un doit recevoir les alarmes."
  }
}

run "refuses_what_is_no_address" {
  command = plan

  variables {
    emails = ["oncall"]
  }

  expect_failures = [var.emails]
}
