# The role the pipeline takes with a token of its own: no key exists that could leak. It may deploy, and no more.
resource "aws_iam_role" "main" {
  #checkov:skip=CKV_AWS_393:Subjects are a variable that refuses wildcards and asks for them in full; decided 2026-11.
  name                 = var.name
  description          = "Deploys from the pipeline"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::${var.account_id}:oidc-provider/${var.oidc_host}" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${var.oidc_host}:aud" = var.oidc_audience
          "${var.oidc_host}:sub" = var.subjects
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "main" {
  name = "deploy"
  role = aws_iam_role.main.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for each in var.permissions : merge(
      {
        Effect   = "Allow"
        Action   = each.actions
        Resource = each.resources
      },
      each.condition == null ? {} : { Condition = each.condition },
    )]
  })
}
