# Les couches des images sont dans S3 : par là elles ne coûtent rien et restent à l’intérieur.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${data.aws_region.current.region}.s3"
  route_table_ids   = [for each in aws_route_table.private : each.id]

  tags = { Name = "${var.name}-s3" }
}

resource "aws_security_group" "endpoints" {
  count = length(var.endpoints) == 0 ? 0 : 1

  name        = "${var.name}-endpoints"
  description = "AWS itself, reached from inside"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(var.endpoints) == 0 ? 0 : 1

  security_group_id = aws_security_group.endpoints[0].id
  description       = "HTTPS from the network"
  cidr_ipv4         = var.cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# Ce qui est dit à ces services d’AWS ne quitte jamais le réseau. Chacun coûte par heure et par zone.
resource "aws_vpc_endpoint" "interface" {
  for_each = toset(var.endpoints)

  vpc_id              = aws_vpc.main.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.value}"
  subnet_ids          = [for each in aws_subnet.private : each.id]
  security_group_ids  = [aws_security_group.endpoints[0].id]
  private_dns_enabled = true

  tags = { Name = "${var.name}-${each.value}" }
}
