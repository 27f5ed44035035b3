# A certificate that renews itself: DNS proves the name, so it is issued before the traffic comes.
resource "google_certificate_manager_dns_authorization" "main" {
  name   = var.name
  domain = var.domain_name
}

resource "google_certificate_manager_certificate" "main" {
  name = var.name

  managed {
    domains            = [google_certificate_manager_dns_authorization.main.domain]
    dns_authorizations = [google_certificate_manager_dns_authorization.main.id]
  }
}

resource "google_certificate_manager_certificate_map" "main" {
  name = var.name
}

resource "google_certificate_manager_certificate_map_entry" "main" {
  name         = var.name
  map          = google_certificate_manager_certificate_map.main.name
  hostname     = var.domain_name
  certificates = [google_certificate_manager_certificate.main.id]
}
