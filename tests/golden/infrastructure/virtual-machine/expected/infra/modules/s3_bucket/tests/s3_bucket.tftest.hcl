mock_provider "aws" {}

variables {
  bucket     = "orders-test-files"
  account_id = "111111111111"
}

run "is_private_versioned_and_encrypted" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.main.block_public_acls,
      aws_s3_bucket_public_access_block.main.block_public_policy,
      aws_s3_bucket_public_access_block.main.ignore_public_acls,
      aws_s3_bucket_public_access_block.main.restrict_public_buckets,
    ])
    error_message = "Rien ne peut en être public."
  }

  assert {
    condition     = aws_s3_bucket_versioning.main.versioning_configuration[0].status == "Enabled"
    error_message = "Ce qui est écrasé doit être gardé un temps."
  }

  assert {
    condition     = length(aws_s3_bucket_server_side_encryption_configuration.main.rule) == 1
    error_message = "Il doit être chiffré."
  }
}

run "keeps_what_nobody_said_goes_away" {
  command = plan

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.main.rule[0].expiration) == 0
    error_message = "Les objets n’expirent que si quelqu’un dit quand."
  }
}

run "refuses_a_name_no_bucket_can_have" {
  command = plan

  variables {
    bucket = "Orders_Files"
  }

  expect_failures = [var.bucket]
}
