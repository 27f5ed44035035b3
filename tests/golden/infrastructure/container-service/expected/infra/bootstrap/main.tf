# Applied once an account, by a person with an administrator's rights: where the state is kept, and who reads it.
data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  bucket  = "orders-tfstate-${local.account}"
}

module "key" {
  source = "../modules/kms"

  name = "orders-tfstate"
}

# States hold secrets: encrypted with a key of their own, every version kept for a quarter, TLS only.
module "state" {
  source = "../modules/s3_bucket"

  bucket          = local.bucket
  account_id      = local.account
  kms_key_arn     = module.key.key_arn
  noncurrent_days = 90
}

# Lets AWS believe the pipeline's tokens; one an account. Where it exists: -var=create_oidc_provider=false.
resource "aws_iam_openid_connect_provider" "pipeline" {
  count = var.create_oidc_provider ? 1 : 0

  url            = "https://${var.oidc_host}"
  client_id_list = [var.oidc_audience]
}

# The role in which the pipeline plans. It reads; it applies nothing: that is done by a person, after approval.
module "plan_role" {
  source = "../modules/deploy_role"

  name          = "orders-terraform-plan"
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
    # The lock is a file beside the state; the state itself is not written.
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

# Reads how things are set up, not the data in them.
resource "aws_iam_role_policy_attachment" "view" {
  for_each = toset(["job-function/ViewOnlyAccess", "SecurityAudit"])

  role       = module.plan_role.role_name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}
