# Appliqué une fois par compte, par une personne administratrice : où l’état est gardé, et qui le lit.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  bucket  = "shop-tfstate-${local.account}"
}

module "key" {
  source = "../modules/kms"

  name = "shop-tfstate"
}

# Les états portent des secrets : chiffrés avec leur clé, chaque version gardée un trimestre, TLS seul.
module "state" {
  source = "../modules/s3_bucket"

  bucket          = local.bucket
  account_id      = local.account
  kms_key_arn     = module.key.key_arn
  noncurrent_days = 90
}

# Fait accepter à AWS les jetons du pipeline ; un par compte. S’il existe : -var=create_oidc_provider=false.
resource "aws_iam_openid_connect_provider" "pipeline" {
  count = var.create_oidc_provider ? 1 : 0

  url            = "https://${var.oidc_host}"
  client_id_list = [var.oidc_audience]
}

# Le rôle dans lequel le pipeline planifie. Il lit ; il n’applique rien : une personne le fait, après approbation.
module "plan_role" {
  source = "../modules/deploy_role"

  name          = "shop-terraform-plan"
  account_id    = local.account
  oidc_host     = var.oidc_host
  oidc_audience = var.oidc_audience
  subjects      = var.plan_subjects

  permissions = [
    {
      actions   = ["s3:ListBucket"]
      resources = [module.state.arn]
    },
    {
      actions   = ["s3:GetObject"]
      resources = ["${module.state.arn}/*"]
    },
    # Le verrou est un fichier à côté de l’état ; l’état lui-même n’est pas écrit.
    {
      actions   = ["s3:PutObject", "s3:DeleteObject"]
      resources = ["${module.state.arn}/*.tflock"]
    },
    {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [module.key.key_arn]
    },
  ]

  depends_on = [aws_iam_openid_connect_provider.pipeline]
}

# Lit comment les choses sont réglées, pas leurs données.
resource "aws_iam_role_policy_attachment" "view" {
  for_each = toset(["job-function/ViewOnlyAccess", "SecurityAudit"])

  role       = module.plan_role.role_name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}
