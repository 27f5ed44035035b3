resource "aws_security_group" "main" {
  name        = "${var.name}-database"
  description = "The database of ${var.name}"
  vpc_id      = var.vpc_id
}

# Only what is named here reaches it, and both sides say so, by reference. It itself may go nowhere.
resource "aws_vpc_security_group_ingress_rule" "client" {
  for_each = var.clients

  security_group_id            = aws_security_group.main.id
  referenced_security_group_id = each.value
  description                  = "From ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_egress_rule" "client" {
  for_each = var.clients

  security_group_id            = each.value
  referenced_security_group_id = aws_security_group.main.id
  description                  = "To the database"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}
