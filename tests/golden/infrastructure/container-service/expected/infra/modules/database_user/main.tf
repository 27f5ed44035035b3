# The user of the application: a task, run by database_user.sh, makes it or changes its password. It owns the one database, and is no administrator.
data "aws_region" "current" {}

resource "aws_secretsmanager_secret" "main" {
  #checkov:skip=CKV2_AWS_57:database_user.sh changes it, together with what the tasks read; decided 2026-11.
  name                    = "${var.prefix}/database-user"
  description             = "User of the application in the database, and its password"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 30
}

locals {
  image = {
    postgres = "public.ecr.aws/docker/library/postgres:${var.engine_version}-alpine"
    mysql    = "public.ecr.aws/docker/library/mysql:${var.engine_version}"
    mariadb  = "public.ecr.aws/docker/library/mariadb:${var.engine_version}"
  }[var.engine]

  # Two users take turns, and both act as the owner: the tasks of before keep theirs until they are gone.
  postgres = <<-SH
    psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=user="$APP_USER" --set=password="$APP_PASSWORD" <<'SQL'
    SELECT 'CREATE ROLE app NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app')\gexec
    SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user')\gexec
    GRANT app TO CURRENT_USER;
    SELECT format('ALTER DATABASE %I OWNER TO app', current_database())\gexec
    ALTER SCHEMA public OWNER TO app;
    GRANT app TO :"user";
    ALTER ROLE :"user" LOGIN PASSWORD :'password';
    ALTER ROLE :"user" SET role = 'app';
    SQL
  SH

  mysql = <<-SH
    mysql --host="$DB_HOST" --user="$MASTER_USER" --ssl-mode=REQUIRED <<SQL
    CREATE USER IF NOT EXISTS '$APP_USER'@'%';
    ALTER USER '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD';
    GRANT ALL PRIVILEGES ON $DB_NAME.* TO '$APP_USER'@'%';
    SQL
  SH

  mariadb = replace(replace(local.mysql, "mysql --host", "mariadb --host"), "--ssl-mode=REQUIRED", "--ssl")

  settings = var.engine == "postgres" ? {
    PGHOST     = var.host
    PGPORT     = tostring(var.port)
    PGDATABASE = var.database
    PGSSLMODE  = "require"
    } : {
    DB_HOST = var.host
    DB_NAME = var.database
  }

  master = var.engine == "postgres" ? { user = "PGUSER", password = "PGPASSWORD" } : { user = "MASTER_USER", password = "MYSQL_PWD" }
}

resource "aws_ecs_task_definition" "main" {
  #checkov:skip=CKV_AWS_336:It runs for seconds, when a person says so; decided 2026-11.
  family                   = "${var.name}-database-user"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn

  container_definitions = jsonencode([{
    name        = "main"
    image       = local.image
    essential   = true
    entryPoint  = ["sh", "-c"]
    command     = [{ postgres = local.postgres, mysql = local.mysql, mariadb = local.mariadb }[var.engine]]
    environment = [for key in sort(keys(local.settings)) : { name = key, value = local.settings[key] }]

    secrets = [
      { name = local.master.user, valueFrom = "${var.master_secret_arn}:username::" },
      { name = local.master.password, valueFrom = "${var.master_secret_arn}:password::" },
      { name = "APP_USER", valueFrom = "${aws_secretsmanager_secret.main.arn}:username:AWSPENDING:" },
      { name = "APP_PASSWORD", valueFrom = "${aws_secretsmanager_secret.main.arn}:password:AWSPENDING:" },
    ]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.main.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "task"
      }
    }
  }])

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/ecs/${var.name}/database-user"
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_security_group" "main" {
  #checkov:skip=CKV2_AWS_5:The task gets it when it is run; decided 2026-11.
  name        = "${var.name}-database-user"
  description = "The task that makes the user of the application"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.main.id
  description       = "The registry and AWS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_iam_role" "execution" {
  name        = "${var.name}-database-user"
  description = "Starts the task that makes the user of the application"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.main.arn}:*"]
      },
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [var.master_secret_arn, aws_secretsmanager_secret.main.arn]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [var.kms_key_arn]
      },
    ]
  })
}
