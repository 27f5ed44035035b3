# An API: a function, the gateway before it, its certificate and its name.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
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

module "logs" {
  source = "../s3_bucket"

  bucket      = "${var.name}-logs-${local.account}"
  account_id  = local.account
  log_writers = ["logging.s3.amazonaws.com"]
  expire_days = var.log_days
}

module "code" {
  source = "../s3_bucket"

  bucket      = "${var.name}-code-${local.account}"
  account_id  = local.account
  kms_key_arn = module.key.key_arn
  log_bucket  = module.logs.bucket
}

module "function" {
  source = "../function"

  name                  = var.name
  kms_key_arn           = module.key.key_arn
  code_bucket           = module.code.bucket
  first_code            = var.first_code
  runtime               = var.runtime
  handler               = var.handler
  memory_mb             = var.memory_mb
  environment_variables = var.environment_variables
  secret_arns           = var.secret_arns
  log_days              = var.log_days
}

module "certificate" {
  source = "../acm"

  domain_name = var.domain_name
  zone_id     = module.dns.zone_id
}

module "api" {
  source = "../http_api"

  name                = var.name
  domain_name         = var.domain_name
  certificate_arn     = module.certificate.certificate_arn
  kms_key_arn         = module.key.key_arn
  function_name       = module.function.name
  function_alias      = module.function.alias
  function_invoke_arn = module.function.invoke_arn
  requests_per_second = var.requests_per_second
  log_days            = var.log_days
}

module "dns" {
  source = "../route53"

  zone_name = var.zone_name

  aliases = {
    (var.domain_name) = {
      target  = module.api.target
      zone_id = module.api.target_zone_id
    }
  }
}

module "alarms" {
  source = "../alarms"

  name      = var.name
  topic_arn = module.alerts.topic_arn

  alarms = {
    errors = {
      description = "Requests to ${var.domain_name} end in an error of ours"
      namespace   = "AWS/ApiGateway"
      metric      = "5xx"
      dimensions  = { ApiId = module.api.id }
      threshold   = 5
    }
    latency = {
      description = "Requests to ${var.domain_name} take more than two seconds on average"
      namespace   = "AWS/ApiGateway"
      metric      = "Latency"
      dimensions  = { ApiId = module.api.id }
      statistic   = "Average"
      threshold   = 2000
    }
    throttles = {
      description = "${var.name} is not started often enough: the account's limit is reached"
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = module.function.name }
      threshold   = 0
    }
    failed = {
      description = "Events that failed every time wait in ${module.function.failed_queue}"
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = module.function.failed_queue }
      statistic   = "Maximum"
      threshold   = 0
      periods     = 1
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
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["${module.code.arn}/*"]
    },
    {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [module.key.key_arn]
    },
    {
      actions = [
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:PublishVersion",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionCode",
      ]
      resources = [module.function.arn, "${module.function.arn}:*"]
    },
    # Metrics know no resource: whether errors come decides how far the traffic is shifted.
    {
      actions   = ["cloudwatch:GetMetricStatistics"]
      resources = ["*"]
    },
  ]
}
