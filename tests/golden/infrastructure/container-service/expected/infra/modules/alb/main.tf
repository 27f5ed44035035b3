# What the internet reaches: TLS 1.2 or newer, HTTP is sent on to it, and a path that nobody asked for is answered with 404.
resource "aws_lb" "main" {
  #checkov:skip=CKV2_AWS_76:As below; decided 2026-11.
  #checkov:skip=CKV2_AWS_28:A firewall is attached through web_acl_arn where one exists; decided 2026-11.
  name                       = var.name
  load_balancer_type         = "application"
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.main.id]
  idle_timeout               = var.idle_seconds
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  enable_deletion_protection = true

  access_logs {
    bucket  = var.log_bucket
    prefix  = "alb"
    enabled = true
  }
}

resource "aws_security_group" "main" {
  name        = "${var.name}-alb"
  description = "The load balancer"
  vpc_id      = var.vpc_id
}

# Everybody may come in here, and here alone. Where it may go on to is said by what lies behind it.
resource "aws_vpc_security_group_ingress_rule" "main" {
  #checkov:skip=CKV_AWS_260:Port 80 only sends on to 443; decided 2026-11.
  for_each = { http = 80, https = 443 }

  security_group_id = aws_security_group.main.id
  description       = upper(each.key)
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  routing_http_response_server_enabled                         = false
  routing_http_response_strict_transport_security_header_value = "max-age=63072000"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "Not found"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_wafv2_web_acl_association" "main" {
  count = var.web_acl_arn == null ? 0 : 1

  resource_arn = aws_lb.main.arn
  web_acl_arn  = var.web_acl_arn
}
