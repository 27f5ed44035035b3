# Une machine avec Docker Compose, dans un réseau à elle.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  zone    = sort(keys(var.zones))[0]
  inside  = var.nat_gateways > 0
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

module "logs" {
  source = "../s3_bucket"

  bucket      = "${var.name}-logs-${local.account}"
  account_id  = local.account
  log_writers = ["logging.s3.amazonaws.com"]
  expire_days = var.log_days
}

# Le dossier deploy du dépôt, d’où la machine le prend.
module "files" {
  source = "../s3_bucket"

  bucket      = "${var.name}-files-${local.account}"
  account_id  = local.account
  kms_key_arn = module.key.key_arn
  log_bucket  = module.logs.bucket
}

module "secrets" {
  source = "../secrets"

  prefix      = "${var.environment}/${var.service}"
  names       = var.secret_names
  kms_key_arn = module.key.key_arn
}

module "dns" {
  source = "../route53"

  zone_name = var.zone_name
  addresses = { (var.domain_name) = module.machine.address }
}

module "machine" {
  source = "../virtual_machine"

  name                = var.name
  environment         = var.environment
  account_id          = local.account
  vpc_id              = module.network.vpc_id
  network             = var.cidr
  subnet_id           = local.inside ? module.network.private_subnets[local.zone] : module.network.public_subnets[local.zone]
  public_address      = !local.inside
  zone                = local.zone
  instance_type       = var.instance_type
  data_gb             = var.data_gb
  backup_days         = var.backup_days
  domain_name         = var.domain_name
  routes              = var.routes
  health_path         = var.health_path
  files_bucket        = module.files.bucket
  files_bucket_arn    = module.files.arn
  secrets             = module.secrets.arns
  registry            = var.registry
  registry_secret_arn = var.registry_secret_arn
  repository_arns     = var.repository_arns
  kms_key_arn         = module.key.key_arn
  log_days            = var.log_days
}

module "alarms" {
  source = "../alarms"

  name      = var.name
  topic_arn = module.alerts.topic_arn

  alarms = {
    gone = {
      description = "The machine of ${var.name} is gone; a new one should be on its way"
      namespace   = "AWS/AutoScaling"
      metric      = "GroupInServiceInstances"
      dimensions  = { AutoScalingGroupName = module.machine.group }
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = 1
      periods     = 10
      missing     = "breaching"
    }
    disk = {
      description = "The volume of ${var.name} is nearly full"
      namespace   = "CWAgent"
      metric      = "disk_used_percent"
      dimensions  = { AutoScalingGroupName = module.machine.group, path = "/data" }
      statistic   = "Maximum"
      threshold   = 85
    }
    memory = {
      description = "The machine of ${var.name} has no memory left"
      namespace   = "CWAgent"
      metric      = "mem_used_percent"
      dimensions  = { AutoScalingGroupName = module.machine.group }
      statistic   = "Average"
      threshold   = 90
      periods     = 15
    }
    cpu = {
      description = "The machine of ${var.name} has been busy for half an hour"
      namespace   = "AWS/EC2"
      metric      = "CPUUtilization"
      dimensions  = { AutoScalingGroupName = module.machine.group }
      statistic   = "Average"
      threshold   = 85
      periods     = 30
    }
  }
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
    {
      actions   = ["s3:ListBucket"]
      resources = [module.files.arn]
    },
    {
      actions   = ["s3:PutObject", "s3:DeleteObject"]
      resources = ["${module.files.arn}/deploy/*"]
    },
    {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [module.key.key_arn]
    },
    # Un document, sur une machine : aucune commande de son cru.
    {
      actions   = ["ssm:SendCommand"]
      resources = [module.machine.document_arn]
    },
    {
      actions   = ["ssm:SendCommand"]
      resources = ["arn:aws:ec2:*:${local.account}:instance/*"]
      condition = { StringEquals = { "aws:ResourceTag/Name" = [var.name] } }
    },
    {
      actions   = ["ssm:GetCommandInvocation", "ssm:ListCommandInvocations"]
      resources = ["*"]
    },
  ]
}
