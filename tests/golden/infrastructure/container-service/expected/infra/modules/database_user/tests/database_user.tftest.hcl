mock_provider "aws" {}

variables {
  name              = "orders-test"
  prefix            = "test/orders"
  account_id        = "111111111111"
  engine            = "postgres"
  engine_version    = "18"
  host              = "orders-test.example.eu-west-3.rds.amazonaws.com"
  port              = 5432
  database          = "app"
  master_secret_arn = "arn:aws:secretsmanager:eu-west-3:111111111111:secret:rds!db-1-AbCdEf"
  vpc_id            = "vpc-00000000000000000"
  kms_key_arn       = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  log_days          = 30
}

run "speaks_tls_and_holds_no_password" {
  command = plan

  assert {
    condition     = local.settings.PGSSLMODE == "require"
    error_message = "Nobody may speak to it in clear."
  }

  assert {
    condition     = !contains(keys(local.settings), "PGPASSWORD")
    error_message = "Passwords come from Secrets Manager."
  }
}

run "knows_the_client_of_the_engine" {
  command = plan

  variables {
    engine         = "mariadb"
    engine_version = "11.8"
  }

  assert {
    condition     = startswith(local.mariadb, "mariadb --host=") && local.image == "public.ecr.aws/docker/library/mariadb:11.8"
    error_message = "The engine's own client must speak to it."
  }
}

run "refuses_an_engine_nobody_runs_here" {
  command = plan

  variables {
    engine = "oracle"
  }

  expect_failures = [var.engine]
}
