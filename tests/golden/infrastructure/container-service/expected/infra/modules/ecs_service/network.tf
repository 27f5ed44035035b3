resource "aws_security_group" "main" {
  name        = "${var.family}-service"
  description = "Tasks of ${var.family}"
  vpc_id      = var.vpc_id
}

# The load balancer may speak to this port, and to nothing else of it: both sides say so, by reference.
resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  count = var.port == null ? 0 : 1

  security_group_id            = aws_security_group.main.id
  referenced_security_group_id = var.load_balancer.security_group_id
  description                  = "From the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  count = var.port == null ? 0 : 1

  security_group_id            = var.load_balancer.security_group_id
  referenced_security_group_id = aws_security_group.main.id
  description                  = "To ${var.family}"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

# Out over TLS: the registry, AWS, the interfaces of others. A port more is a line more.
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
  count = var.port == null ? 0 : 1

  name_prefix          = "app-"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  port                 = var.port
  protocol             = "HTTP"
  deregistration_delay = 30

  health_check {
    path                = var.health_path
    matcher             = "200-399"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = { Name = var.family }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener_rule" "main" {
  count = var.port == null ? 0 : 1

  listener_arn = var.load_balancer.listener_arn
  priority     = var.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main[0].arn
  }

  condition {
    path_pattern {
      values = var.paths
    }
  }

  tags = { Name = var.family }
}
