# Une machine. Elle est refaite chaque fois qu’elle tombe ; ce qui doit durer est sur un volume à part, que la suivante reprend.
data "aws_region" "current" {}

data "aws_default_tags" "current" {}

locals {
  tags = merge(data.aws_default_tags.current.tags, { Name = var.name })
}

resource "aws_launch_template" "main" {
  name                   = var.name
  description            = "The machine of ${var.name}"
  instance_type          = var.instance_type
  update_default_version = true
  user_data              = base64encode(local.start)

  # Toujours la dernière image d’Ubuntu 24.04 quand une machine est créée ; celle qui tourne est mise à jour dans sa fenêtre.
  image_id = "resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"

  iam_instance_profile {
    arn = aws_iam_instance_profile.main.arn
  }

  # Les identifiants de la machine ne sont donnés que contre un jeton (IMDSv2), et pas aux conteneurs.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  network_interfaces {
    #checkov:skip=CKV_AWS_88:It fetches what it needs before it takes its own address; its group opens what is named; decided 2026-11.
    associate_public_ip_address = var.public_address
    security_groups             = [aws_security_group.main.id]
    delete_on_termination       = true
  }

  block_device_mappings {
    device_name = "/dev/sda1"

    ebs {
      volume_type           = "gp3"
      volume_size           = var.root_gb
      encrypted             = true
      delete_on_termination = true
    }
  }

  monitoring {
    enabled = true
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "network-interface", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = local.tags
    }
  }
}

resource "aws_autoscaling_group" "main" {
  name                      = var.name
  min_size                  = 1
  max_size                  = 1
  vpc_zone_identifier       = [var.subnet_id]
  health_check_type         = var.load_balancer == null ? "EC2" : "ELB"
  health_check_grace_period = 600
  target_group_arns         = [for each in aws_lb_target_group.main : each.arn]
  enabled_metrics           = ["GroupInServiceInstances"]

  launch_template {
    id      = aws_launch_template.main.id
    version = aws_launch_template.main.latest_version
  }

  # Une taille changée ici refait la machine : quelques minutes sans réponse. Le volume passe de l’une à l’autre, l’ancienne part donc d’abord.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 0
      max_healthy_percentage = 100
    }
  }

  dynamic "tag" {
    for_each = local.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = false
    }
  }

  depends_on = [aws_iam_role_policy.main]
}

resource "aws_eip" "main" {
  #checkov:skip=CKV2_AWS_19:The machine takes it when it starts; decided 2026-11.
  count = var.load_balancer == null ? 1 : 0

  domain = "vpc"

  tags = { Name = var.name }

  # Le nom DNS mène ici.
  lifecycle {
    prevent_destroy = true
  }
}
