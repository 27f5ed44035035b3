# Ce qui doit durer : conteneurs, leurs volumes, certificats. Il est dans une zone, comme la machine.
resource "aws_ebs_volume" "data" {
  availability_zone = var.zone
  type              = "gp3"
  size              = var.data_gb
  encrypted         = true
  kms_key_id        = var.kms_key_arn

  tags = {
    Name      = "${var.name}-data"
    Snapshots = var.name
  }

  # Il porte des données : le retirer est un changement à part.
  lifecycle {
    prevent_destroy = true
  }
}

# Un instantané par nuit : on en fait un nouveau volume, si l’ancien est perdu.
resource "aws_dlm_lifecycle_policy" "data" {
  description        = "Snapshots of ${var.name}"
  execution_role_arn = aws_iam_role.snapshots.arn
  state              = "ENABLED"

  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Snapshots = var.name }

    schedule {
      name      = "every night"
      copy_tags = true

      create_rule {
        interval      = 24
        interval_unit = "HOURS"
        times         = ["01:00"]
      }

      retain_rule {
        count = var.backup_days
      }
    }
  }
}

resource "aws_iam_role" "snapshots" {
  name        = "${var.name}-snapshots"
  description = "Makes and deletes the snapshots of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "dlm.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "snapshots" {
  role       = aws_iam_role.snapshots.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole"
}
