mock_provider "aws" {}

variables {
  name           = "orders-test"
  engine         = "postgres"
  engine_version = "18"
  instance_class = "db.t4g.micro"
  storage_gb     = 20
  multi_az       = false
  backup_days    = 7
  log_days       = 30
  vpc_id         = "vpc-00000000000000000"
  subnet_ids     = ["subnet-00000000000000001", "subnet-00000000000000002"]
  clients        = { orders = "sg-00000000000000001" }
  kms_key_arn    = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
}

run "cannot_be_lost_by_mistake" {
  command = plan

  assert {
    condition     = aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot
    error_message = "It must refuse to be deleted, and leave a snapshot when it is."
  }

  assert {
    condition     = aws_db_instance.main.backup_retention_period == 7 && !aws_db_instance.main.delete_automated_backups
    error_message = "Backups must outlive the instance."
  }
}

run "is_encrypted_and_knows_its_clients" {
  command = plan

  assert {
    condition     = aws_db_instance.main.storage_encrypted && aws_db_instance.main.kms_key_id == var.kms_key_arn
    error_message = "It must be encrypted."
  }

  assert {
    condition     = contains([for each in aws_db_parameter_group.main.parameter : "${each.name}=${each.value}"], "rds.force_ssl=1")
    error_message = "Nobody may speak to it in clear."
  }

  assert {
    condition     = !aws_db_instance.main.publicly_accessible && aws_vpc_security_group_ingress_rule.client["orders"].referenced_security_group_id == "sg-00000000000000001"
    error_message = "Only named clients may reach it."
  }
}

run "nobody_knows_its_master_password" {
  command = plan

  assert {
    condition     = aws_db_instance.main.manage_master_user_password && aws_db_instance.main.password == null
    error_message = "The password must never be in a state."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.master.rotation_rules[0].automatically_after_days == 30
    error_message = "It must change by itself."
  }
}

run "refuses_to_go_without_backups" {
  command = plan

  variables {
    backup_days = 0
  }

  expect_failures = [var.backup_days]
}
