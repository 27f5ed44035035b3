# The key that encrypts the parameters, and who may read them. A parameter cannot be empty: set-secret.sh makes each with its value, so no state ever holds one.
terraform {
  required_version = ">= 1.6"

  # One state an environment: init says bucket and key.
  backend "s3" {}

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "environment" {
  description = "Environment whose secrets these are."
  type        = string

  validation {
    condition     = contains(["prod"], var.environment)
    error_message = "There is no such environment."
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  names = toset([
    "DATABASE_URL",
    "SECRET_KEY",
    "STRIPE_API_KEY",
  ])
  arns = {
    for name in local.names : name => join(":", [
      "arn", data.aws_partition.current.partition, "ssm", data.aws_region.current.region,
      data.aws_caller_identity.current.account_id, "parameter/${var.environment}/shop/${name}",
    ])
  }
}

resource "aws_kms_key" "secrets" {
  description             = "shop ${var.environment}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

resource "aws_kms_alias" "secrets" {
  name          = "alias/shop-${var.environment}-secrets"
  target_key_id = aws_kms_key.secrets.key_id
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["ssm:GetParameter", "ssm:GetParameters"]
    resources = values(local.arns)
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.secrets.arn]
  }
}

resource "aws_iam_policy" "read" {
  name   = "shop-${var.environment}-secrets"
  policy = data.aws_iam_policy_document.read.json
}

output "arns" {
  description = "What task definitions refer to (valueFrom), by variable."
  value       = local.arns
}

output "policy" {
  description = "Policy that lets the task read them; attach it to its execution role."
  value       = aws_iam_policy.read.arn
}
