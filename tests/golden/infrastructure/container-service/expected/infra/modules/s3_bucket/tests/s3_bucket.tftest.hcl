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
    error_message = "Nothing of it may be public."
  }

  assert {
    condition     = aws_s3_bucket_versioning.main.versioning_configuration[0].status == "Enabled"
    error_message = "What is overwritten must be kept for a while."
  }

  assert {
    condition     = length(aws_s3_bucket_server_side_encryption_configuration.main.rule) == 1
    error_message = "It must be encrypted."
  }
}

run "keeps_what_nobody_said_goes_away" {
  command = plan

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.main.rule[0].expiration) == 0
    error_message = "Objects must not expire unless somebody says when."
  }
}

run "refuses_a_name_no_bucket_can_have" {
  command = plan

  variables {
    bucket = "Orders_Files"
  }

  expect_failures = [var.bucket]
}
