# Services on Fargate in a network of their own, with what they need beside them.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id

  # Without a NAT gateway tasks go out by addresses of their own; their groups still let nobody in.
  outside = var.nat_gateways == 0
  places  = local.outside ? module.network.public_subnet_ids : module.network.private_subnet_ids

  # What database_user.sh works with; nothing of it is secret.
  database_user = {
    region          = var.key_region
    cluster         = module.cluster.name
    services        = var.database.clients
    secret          = module.database_user.secret_arn
    task_definition = module.database_user.task_definition
    log_group       = module.database_user.log_group

    network = {
      subnets        = local.places
      securityGroups = [module.database_user.security_group_id]
      assignPublicIp = local.outside ? "ENABLED" : "DISABLED"
    }

    secrets = { for name, text in var.database_secrets : name => {
      arn  = module.secrets.arns[name]
      text = replace(replace(text, "{host}", module.database.host), "{port}", module.database.port)
    } }
  }
}

module "key" {
  source = "../kms"

  name     = var.name
  services = ["logs.${var.key_region}.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
}

module "alerts" {
  source = "../alerts"

  name        = var.name
  account_id  = local.account
  kms_key_arn = module.key.key_arn
  emails      = var.alert_emails
}

module "network" {
  source = "../network"

  name         = var.name
  account_id   = local.account
  cidr         = var.cidr
  zones        = var.zones
  nat_gateways = var.nat_gateways
  endpoints    = var.endpoints
  kms_key_arn  = module.key.key_arn
  log_days     = var.log_days
}

# Access logs of the load balancer: it writes to buckets with the keys of S3 alone.
module "logs" {
  source = "../s3_bucket"

  bucket      = "${var.name}-logs-${local.account}"
  account_id  = local.account
  log_writers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
  expire_days = var.log_days
}

module "certificate" {
  source = "../acm"

  domain_name = var.domain_name
  zone_id     = module.dns.zone_id
}

module "load_balancer" {
  source = "../alb"

  name            = var.name
  vpc_id          = module.network.vpc_id
  subnet_ids      = module.network.public_subnet_ids
  certificate_arn = module.certificate.certificate_arn
  log_bucket      = module.logs.bucket
  web_acl_arn     = var.web_acl_arn

  # The bucket must let it write before it is told to.
  depends_on = [module.logs]
}

module "dns" {
  source = "../route53"

  zone_name = var.zone_name

  aliases = {
    (var.domain_name) = {
      target       = module.load_balancer.dns_name
      zone_id      = module.load_balancer.zone_id
      check_health = true
    }
  }
}

module "secrets" {
  source = "../secrets"

  prefix      = "${var.environment}/${var.service}"
  names       = var.secret_names
  kms_key_arn = module.key.key_arn
}

module "database" {
  source = "../rds"

  name           = var.name
  engine         = var.database.engine
  engine_version = var.database.version
  instance_class = var.database.instance_class
  storage_gb     = var.database.storage_gb
  multi_az       = var.database.multi_az
  backup_days    = var.database.backup_days
  log_days       = var.log_days
  kms_key_arn    = module.key.key_arn
  vpc_id         = module.network.vpc_id
  subnet_ids     = module.network.data_subnet_ids

  clients = merge(
    { for name in var.database.clients : name => module.app[name].security_group_id },
    { database-user = module.database_user.security_group_id },
  )
}

module "database_user" {
  source = "../database_user"

  name              = var.name
  prefix            = "${var.environment}/${var.service}"
  account_id        = local.account
  engine            = var.database.engine
  engine_version    = var.database.version
  host              = module.database.host
  port              = module.database.port
  database          = module.database.name
  master_secret_arn = module.database.master_secret_arn
  vpc_id            = module.network.vpc_id
  kms_key_arn       = module.key.key_arn
  log_days          = var.log_days
}

module "cluster" {
  source = "../ecs_cluster"

  name            = var.cluster
  kms_key_arn     = module.key.key_arn
  execute_command = var.execute_command
  log_days        = var.log_days
}

module "app" {
  source   = "../ecs_service"
  for_each = var.services

  name                = each.key
  family              = each.value.family
  account_id          = local.account
  cluster_arn         = module.cluster.arn
  cluster_name        = module.cluster.name
  vpc_id              = module.network.vpc_id
  subnet_ids          = local.places
  public_address      = local.outside
  image               = var.images[each.key]
  registry_secret_arn = var.registry_secret_arn
  cpu                 = each.value.cpu
  memory              = each.value.memory
  least               = each.value.least
  most                = each.value.most
  spot                = each.value.spot
  port                = each.value.port
  health_path         = each.value.health_path
  health_command      = each.value.health_command
  paths               = each.value.paths
  priority            = each.value.priority
  execute_command     = var.execute_command
  kms_key_arn         = module.key.key_arn
  log_days            = var.log_days

  load_balancer = {
    listener_arn      = module.load_balancer.listener_arn
    security_group_id = module.load_balancer.security_group_id
  }

  environment = merge(
    each.value.environment,
    { for name, text in each.value.database : name => replace(replace(text, "{host}", module.database.host), "{port}", module.database.port) },
    lookup(var.settings, each.key, {}),
  )
  secrets = { for name in each.value.secrets : name => module.secrets.arns[name] }
}

module "alarms" {
  source = "../alarms"

  name      = var.name
  topic_arn = module.alerts.topic_arn

  alarms = merge(
    {
      errors = {
        description = "${var.domain_name} answers with errors of ours"
        namespace   = "AWS/ApplicationELB"
        metric      = "HTTPCode_Target_5XX_Count"
        dimensions  = { LoadBalancer = module.load_balancer.arn_suffix }
        threshold   = 10
      }
      no_answer = {
        description = "Nothing answers for ${var.domain_name}: the load balancer itself says 5xx"
        namespace   = "AWS/ApplicationELB"
        metric      = "HTTPCode_ELB_5XX_Count"
        dimensions  = { LoadBalancer = module.load_balancer.arn_suffix }
        threshold   = 10
        periods     = 3
      }
      latency = {
        description = "${var.domain_name} takes more than a second on average"
        namespace   = "AWS/ApplicationELB"
        metric      = "TargetResponseTime"
        dimensions  = { LoadBalancer = module.load_balancer.arn_suffix }
        statistic   = "Average"
        threshold   = 1
      }
    },
    { for name, each in var.services : "${name}-tasks" => {
      description = "Fewer tasks of ${name} run than there must be"
      namespace   = "ECS/ContainerInsights"
      metric      = "RunningTaskCount"
      dimensions  = { ClusterName = module.cluster.name, ServiceName = name }
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = each.least
      missing     = "breaching"
    } },
    {
      database_cpu = {
        description = "The database of ${var.name} has been busy for a quarter of an hour"
        namespace   = "AWS/RDS"
        metric      = "CPUUtilization"
        dimensions  = { DBInstanceIdentifier = module.database.id }
        statistic   = "Average"
        threshold   = 85
        periods     = 15
      }
      database_space = {
        description = "The database of ${var.name} has less than 5 GB left; it grows by itself, up to four times its size"
        namespace   = "AWS/RDS"
        metric      = "FreeStorageSpace"
        dimensions  = { DBInstanceIdentifier = module.database.id }
        statistic   = "Minimum"
        comparison  = "LessThanThreshold"
        threshold   = 5000000000
      }
      database_memory = {
        description = "The database of ${var.name} has less than 100 MB of memory left"
        namespace   = "AWS/RDS"
        metric      = "FreeableMemory"
        dimensions  = { DBInstanceIdentifier = module.database.id }
        statistic   = "Average"
        comparison  = "LessThanThreshold"
        threshold   = 100000000
        periods     = 15
      }
    },
  )
}

module "budget" {
  source = "../budget"

  name        = var.name
  service     = var.service
  monthly_usd = var.monthly_budget
  topic_arn   = module.alerts.topic_arn
}

module "deploy_role" {
  source = "../deploy_role"

  name       = var.deploy_role_name
  account_id = local.account
  oidc_host  = var.oidc_host
  subjects   = var.deploy_subjects

  permissions = [
    # Revisions of a task definition know no resource before they exist.
    {
      actions   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
      resources = ["*"]
    },
    {
      actions   = ["ecs:DescribeServices", "ecs:UpdateService"]
      resources = [for each in module.app : each.service_arn]
    },
    {
      actions   = ["ecs:RunTask"]
      resources = [for each in var.services : "arn:aws:ecs:*:${local.account}:task-definition/${each.family}:*"]
      condition = { ArnEquals = { "ecs:cluster" = [module.cluster.arn] } }
    },
    {
      actions   = ["ecs:DescribeTasks"]
      resources = ["arn:aws:ecs:*:${local.account}:task/${module.cluster.name}/*"]
    },
    {
      actions   = ["iam:PassRole"]
      resources = flatten([for each in module.app : each.role_arns])
      condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
    },
  ]
}
