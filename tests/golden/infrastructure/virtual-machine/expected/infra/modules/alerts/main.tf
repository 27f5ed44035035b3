# Où vont les alarmes. Seuls CloudWatch et Budgets peuvent y écrire, pour ce compte.
resource "aws_sns_topic" "main" {
  region            = var.region
  name              = "${var.name}-alerts"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "main" {
  region = var.region
  arn    = aws_sns_topic.main.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for each in ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] : {
      Sid       = title(split(".", each)[0])
      Effect    = "Allow"
      Principal = { Service = each }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.main.arn
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

# Chaque adresse reçoit un courriel à confirmer une fois.
resource "aws_sns_topic_subscription" "mail" {
  for_each = toset(var.emails)

  region    = var.region
  topic_arn = aws_sns_topic.main.arn
  protocol  = "email"
  endpoint  = each.value
}
