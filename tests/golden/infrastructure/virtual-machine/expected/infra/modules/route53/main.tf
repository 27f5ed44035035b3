# La zone, trouvée ou créée. Une zone créée ici doit être déléguée par son parent : voyez les serveurs de noms.
data "aws_route53_zone" "existing" {
  count = var.create_zone ? 0 : 1

  name = var.zone_name
}

resource "aws_route53_zone" "main" {
  # Journal des requêtes et DNSSEC reviennent au propriétaire du domaine, pas à un service. 2026-11.
  #checkov:skip=CKV2_AWS_38:DNSSEC needs the registrar of the parent zone; decided 2026-11.
  #checkov:skip=CKV2_AWS_39:Query logs belong to the owner of the domain; decided 2026-11.
  count = var.create_zone ? 1 : 0

  name    = var.zone_name
  comment = "Made by Terraform"

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  zone_id = var.create_zone ? aws_route53_zone.main[0].zone_id : data.aws_route53_zone.existing[0].zone_id
  records = { for pair in setproduct(keys(var.aliases), ["A", "AAAA"]) : "${pair[0]} ${pair[1]}" => {
    name  = pair[0]
    type  = pair[1]
    alias = var.aliases[pair[0]]
  } }
}

resource "aws_route53_record" "alias" {
  for_each = local.records

  zone_id = local.zone_id
  name    = each.value.name
  type    = each.value.type

  alias {
    name                   = each.value.alias.target
    zone_id                = each.value.alias.zone_id
    evaluate_target_health = each.value.alias.check_health
  }
}

resource "aws_route53_record" "address" {
  #checkov:skip=CKV2_AWS_23:The address belongs to a machine that is given by its number; decided 2026-11.
  for_each = var.addresses

  zone_id = local.zone_id
  name    = each.key
  type    = "A"
  ttl     = 300
  records = [each.value]
}
