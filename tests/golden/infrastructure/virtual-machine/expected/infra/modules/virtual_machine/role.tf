resource "aws_iam_role" "main" {
  name        = "${var.name}-machine"
  description = "What the machine of ${var.name} may do"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "main" {
  name = "${var.name}-machine"
  role = aws_iam_role.main.name
}

# Sessions, commandes et mises à jour de Systems Manager.
resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.main.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "main" {
  name = "run"
  role = aws_iam_role.main.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Effect   = "Allow"
          Action   = ["ec2:AttachVolume"]
          Resource = ["arn:aws:ec2:*:${var.account_id}:volume/${aws_ebs_volume.data.id}"]
        },
        {
          Effect    = "Allow"
          Action    = ["ec2:AttachVolume"]
          Resource  = ["arn:aws:ec2:*:${var.account_id}:instance/*"]
          Condition = { StringEquals = { "aws:ResourceTag/Name" = var.name } }
        },
        {
          Effect    = "Allow"
          Action    = ["kms:CreateGrant"]
          Resource  = [var.kms_key_arn]
          Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
        },
        {
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"]
          Resource = [var.kms_key_arn]
        },
        {
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = [var.files_bucket_arn]
        },
        {
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = ["${var.files_bucket_arn}/deploy/*"]
        },
        {
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.main.arn}:*"]
        },
        # Les métriques n’ont pas de ressource, seulement un espace de noms.
        {
          Effect    = "Allow"
          Action    = ["cloudwatch:PutMetricData"]
          Resource  = ["*"]
          Condition = { StringEquals = { "cloudwatch:namespace" = "CWAgent" } }
        },
        {
          Effect   = "Allow"
          Action   = ["ssm:GetParameter"]
          Resource = [aws_ssm_parameter.agent.arn]
        },
      ],
      length(local.secrets) == 0 ? [] : [{
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = local.secrets
      }],
      length(var.repository_arns) == 0 ? [] : [
        # La connexion à ECR ne connaît pas de ressource.
        {
          Effect   = "Allow"
          Action   = ["ecr:GetAuthorizationToken"]
          Resource = ["*"]
        },
        {
          Effect   = "Allow"
          Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          Resource = var.repository_arns
        },
      ],
      [for each in aws_eip.main : {
        Effect   = "Allow"
        Action   = ["ec2:AssociateAddress"]
        Resource = ["arn:aws:ec2:*:${var.account_id}:elastic-ip/${each.id}"]
      }],
      [for each in aws_eip.main : {
        Effect    = "Allow"
        Action    = ["ec2:AssociateAddress"]
        Resource  = ["arn:aws:ec2:*:${var.account_id}:instance/*", "arn:aws:ec2:*:${var.account_id}:network-interface/*"]
        Condition = { StringEquals = { "aws:ResourceTag/Name" = var.name } }
      }],
    )
  })
}
