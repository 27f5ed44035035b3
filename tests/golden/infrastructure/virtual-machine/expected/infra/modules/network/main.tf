# Le réseau : sous-réseaux publics pour ce qu’Internet atteint, privés pour ce qui tourne, d’autres pour les données, sans issue.
data "aws_region" "current" {}

locals {
  zones = sort(keys(var.zones))

  # Une passerelle NAT par zone, une pour toutes, ou aucune : une zone qui n’en a pas sort par la première.
  nat_zones = toset(slice(local.zones, 0, var.nat_gateways))
  nat_of    = { for zone in local.zones : zone => contains(local.nat_zones, zone) ? zone : local.zones[0] if var.nat_gateways > 0 }
}

resource "aws_vpc" "main" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Le groupe que reçoit tout ce qui n’en nomme aucun : il ne laisse rien passer.
resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "${var.name}-unused" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each = var.zones

  vpc_id                  = aws_vpc.main.id
  availability_zone       = each.key
  cidr_block              = each.value.public
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = var.zones

  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = each.value.private

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_subnet" "data" {
  for_each = var.zones

  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = each.value.data

  tags = { Name = "${var.name}-data-${each.key}" }
}
