# La zone, trouvée ou créée. Une zone créée ici doit être déléguée par son parent : voyez les serveurs de noms.
data "google_dns_managed_zone" "existing" {
  count = var.create_zone ? 0 : 1

  name    = var.zone
  project = var.zone_project
}

resource "google_dns_managed_zone" "main" {
  count = var.create_zone ? 1 : 0

  name        = var.zone
  project     = var.zone_project
  dns_name    = "${var.zone_name}."
  description = "Made by Terraform"

  dnssec_config {
    state = "on"
  }

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  zone = var.create_zone ? google_dns_managed_zone.main[0].name : data.google_dns_managed_zone.existing[0].name
}

resource "google_dns_record_set" "main" {
  for_each = var.records

  project      = var.zone_project
  managed_zone = local.zone
  name         = endswith(each.value.name, ".") ? each.value.name : "${each.value.name}."
  type         = each.value.type
  ttl          = 300
  rrdatas      = each.value.values
}
