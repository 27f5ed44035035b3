resource "aws_security_group" "main" {
  name        = "${var.name}-machine"
  description = "The machine of ${var.name}"
  vpc_id      = var.vpc_id
}

# Pas de port 22 : on entre par Systems Manager, sous son propre nom, et c’est journalisé.
resource "aws_vpc_security_group_ingress_rule" "internet" {
  #checkov:skip=CKV_AWS_260:Port 80 only sends on to 443 and proves the certificate; decided 2026-11.
  for_each = var.load_balancer == null ? { http = 80, https = 443 } : {}

  security_group_id = aws_security_group.main.id
  description       = upper(each.key)
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  #checkov:skip=CKV_AWS_260:Only the group of the load balancer comes in; decided 2026-11.
  count = var.load_balancer == null ? 0 : 1

  security_group_id            = aws_security_group.main.id
  referenced_security_group_id = var.load_balancer.security_group_id
  description                  = "From the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  count = var.load_balancer == null ? 0 : 1

  security_group_id            = var.load_balancer.security_group_id
  referenced_security_group_id = aws_security_group.main.id
  description                  = "To ${var.name}"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

# Les paquets d’Ubuntu viennent par HTTP, signés ; tout le reste par TLS.
resource "aws_vpc_security_group_egress_rule" "out" {
  for_each = toset([for each in var.egress_ports : tostring(each)])

  security_group_id = aws_security_group.main.id
  description       = "To port ${each.value} anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
}

resource "aws_lb_target_group" "main" {
  #checkov:skip=CKV_AWS_378:Behind the load balancer traffic stays in the network, between two named groups; decided 2026-11.
  count = var.load_balancer == null ? 0 : 1

  name_prefix          = "vm-"
  vpc_id               = var.vpc_id
  target_type          = "instance"
  port                 = 80
  protocol             = "HTTP"
  deregistration_delay = 30

  health_check {
    path                = var.health_path
    matcher             = "200-399"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 4
  }

  tags = { Name = var.name }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener_rule" "main" {
  count = var.load_balancer == null ? 0 : 1

  listener_arn = var.load_balancer.listener_arn
  priority     = 100

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main[0].arn
  }

  condition {
    path_pattern {
      values = ["/*"]
    }
  }
}
