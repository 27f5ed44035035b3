# Une clé par environnement : ce qu’elle chiffre peut être coupé de tous d’un coup, et chaque usage est dans CloudTrail.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id

  # Qui peut utiliser la clé outre le compte : des services, pour les seules choses de ce compte.
  logs   = [for each in var.services : each if startswith(each, "logs.")]
  others = [for each in var.services : each if !startswith(each, "logs.")]

  statements = concat(
    [{
      Sid       = "Account"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${local.account}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }],
    [for each in local.logs : {
      Sid       = "Logs"
      Effect    = "Allow"
      Principal = { Service = each }
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
      Resource  = "*"
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:*:${local.account}:*" } }
    }],
    [for each in local.others : {
      Sid       = replace(title(split(".", each)[0]), "/[^A-Za-z]/", "")
      Effect    = "Allow"
      Principal = { Service = each }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
      Resource  = "*"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }],
  )
}

resource "aws_kms_key" "main" {
  region                  = var.region
  description             = "Encrypts the data of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements
  })

  # Sans la clé, rien de ce qu’elle a chiffré ne peut être relu.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "main" {
  region        = var.region
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.main.key_id
}
