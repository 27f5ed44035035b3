# A site: a private bucket, the content network before it, its certificate and its name.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}

# CloudFront lives in us-east-1: so do its certificate, its metrics and what listens to them. The data does not.
module "key" {
  source = "../kms"

  name     = "${var.name}-alerts"
  services = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
  region   = "us-east-1"
}

module "alerts" {
  source = "../alerts"

  name        = var.name
  account_id  = local.account
  kms_key_arn = module.key.key_arn
  emails      = var.alert_emails
  region      = "us-east-1"
}

module "logs" {
  source = "../s3_bucket"

  bucket      = "${var.name}-logs-${local.account}"
  account_id  = local.account
  log_writers = ["delivery.logs.amazonaws.com", "logging.s3.amazonaws.com"]
  expire_days = var.log_days
}

module "site" {
  source = "../s3_bucket"

  bucket     = "${var.name}-site-${local.account}"
  account_id = local.account
  log_bucket = module.logs.bucket

  readers = [{
    service    = "cloudfront.amazonaws.com"
    source_arn = module.cdn.arn
  }]
}

module "certificate" {
  source = "../acm"

  domain_name = var.domain_name
  zone_id     = module.dns.zone_id
  region      = "us-east-1"
}

module "cdn" {
  source = "../cloudfront"

  name                    = var.name
  domain_name             = var.domain_name
  origin_domain_name      = module.site.domain_name
  certificate_arn         = module.certificate.certificate_arn
  log_bucket_arn          = module.logs.arn
  single_page             = var.single_page
  content_security_policy = var.content_security_policy
  web_acl_arn             = var.web_acl_arn
}

module "dns" {
  source = "../route53"

  zone_name = var.zone_name

  aliases = {
    (var.domain_name) = {
      target  = module.cdn.domain_name
      zone_id = module.cdn.zone_id
    }
  }
}

module "alarms" {
  source = "../alarms"

  name      = var.name
  topic_arn = module.alerts.topic_arn
  region    = "us-east-1"

  alarms = {
    errors = {
      description = "More than one in a hundred answers of ${var.domain_name} is an error of ours"
      namespace   = "AWS/CloudFront"
      metric      = "5xxErrorRate"
      dimensions  = { DistributionId = module.cdn.id, Region = "Global" }
      statistic   = "Average"
      threshold   = 1
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
      resources = [module.site.arn]
    },
    {
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      resources = ["${module.site.arn}/*"]
    },
    {
      actions   = ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"]
      resources = [module.cdn.arn]
    },
  ]
}
