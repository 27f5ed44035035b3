# The places of the secrets, one a variable, without a value: set-secret.sh puts it in, so no state ever holds it.
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

locals {
  names = toset([
    "DATABASE_URL",
    "SECRET_KEY",
    "STRIPE_API_KEY",
  ])
}

resource "aws_kms_key" "secrets" {
  description             = "shop ${var.environment}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

resource "aws_secretsmanager_secret" "this" {
  for_each = local.names

  name                    = "${var.environment}/shop/${each.key}"
  kms_key_id              = aws_kms_key.secrets.arn
  recovery_window_in_days = 30
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = [for each in aws_secretsmanager_secret.this : each.arn]
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
  value       = { for name, each in aws_secretsmanager_secret.this : name => each.arn }
}

output "policy" {
  description = "Policy that lets the task read them; attach it to its execution role."
  value       = aws_iam_policy.read.arn
}
