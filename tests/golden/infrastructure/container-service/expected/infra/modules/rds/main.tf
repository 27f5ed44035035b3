# A database: encrypted, backed up, in subnets without a way out, its master password known to Secrets Manager alone.
resource "aws_db_subnet_group" "main" {
  name        = var.name
  description = "Data subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

locals {
  family = "${var.engine}${var.engine_version}"
  port   = var.engine == "postgres" ? 5432 : 3306

  # TLS or nothing, and what is slow is written down.
  parameters = {
    postgres = { "rds.force_ssl" = "1", log_min_duration_statement = "1000", log_lock_waits = "1" }
    mysql    = { require_secure_transport = "ON", slow_query_log = "1", long_query_time = "1" }
    mariadb  = { require_secure_transport = "ON", slow_query_log = "1", long_query_time = "1" }
  }[var.engine]

  logs = { postgres = ["postgresql", "upgrade"], mysql = ["error", "slowquery"], mariadb = ["error", "slowquery"] }[var.engine]

  # The smallest classes are too small to be looked into.
  insights = !can(regex("\\.(micro|small)$", var.instance_class))
}

resource "aws_db_parameter_group" "main" {
  name_prefix = "${var.name}-"
  family      = local.family
  description = "Settings of ${var.name}"

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "main" {
  for_each = toset(local.logs)

  name              = "/aws/rds/instance/${var.name}/${each.value}"
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_db_instance" "main" {
  #checkov:skip=CKV_AWS_157:Production has a standby where the SLA asks for one (multi_az); decided 2026-11.
  #checkov:skip=CKV_AWS_353:Performance Insights needs a medium class; smaller ones do without; decided 2026-11.
  identifier     = var.name
  engine         = var.engine
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = var.database
  port           = local.port

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_gb * 4
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  username                            = "master"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.kms_key_arn
  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.main.id]
  publicly_accessible    = false
  multi_az               = var.multi_az
  parameter_group_name   = aws_db_parameter_group.main.name

  # Any second of these days can be gone back to, into a new instance. Times are UTC.
  backup_retention_period   = var.backup_days
  backup_window             = "01:00-01:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  maintenance_window         = "sun:02:00-sun:03:00"
  auto_minor_version_upgrade = true
  apply_immediately          = var.apply_immediately

  enabled_cloudwatch_logs_exports = local.logs
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  performance_insights_enabled    = local.insights
  performance_insights_kms_key_id = local.insights ? var.kms_key_arn : null

  # It holds data: taking it down is a change of its own.
  lifecycle {
    prevent_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.main]
}

# The master password changes by itself. Nothing that serves uses it, so nothing notices.
resource "aws_secretsmanager_secret_rotation" "master" {
  secret_id          = one(aws_db_instance.main.master_user_secret[*].secret_arn)
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.rotation_days
  }
}

resource "aws_iam_role" "monitoring" {
  name        = "${var.name}-rds-monitoring"
  description = "Measures the machine of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
