locals {
  versions = toset(["IPV4", "IPV6"])
}

# Addresses that stay: DNS points to them.
resource "google_compute_global_address" "main" {
  for_each = local.versions

  name       = "${var.name}-${lower(each.key)}"
  ip_version = each.key
}

resource "google_compute_region_network_endpoint_group" "main" {
  name                  = var.name
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = var.service_name
  }

  # A backend that is in use cannot go before the next is there.
  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_backend_service" "main" {
  name                    = var.name
  load_balancing_scheme   = "EXTERNAL_MANAGED"
  protocol                = "HTTPS"
  security_policy         = var.security_policy
  custom_response_headers = ["Strict-Transport-Security: max-age=31536000"]

  backend {
    group = google_compute_region_network_endpoint_group.main.id
  }

  log_config {
    enable      = true
    sample_rate = var.log_sampling
  }
}

resource "google_compute_url_map" "main" {
  name            = var.name
  default_service = google_compute_backend_service.main.id
}

resource "google_compute_ssl_policy" "main" {
  name            = var.name
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "main" {
  name            = var.name
  url_map         = google_compute_url_map.main.id
  certificate_map = "//certificatemanager.googleapis.com/${var.certificate_map_id}"
  ssl_policy      = google_compute_ssl_policy.main.id
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = local.versions

  name                  = "${var.name}-https-${lower(each.key)}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_https_proxy.main.id
  ip_address            = google_compute_global_address.main[each.key].id
  port_range            = "443"
}

# Nothing is served in clear: whoever comes that way is sent on.
resource "google_compute_url_map" "redirect" {
  name = "${var.name}-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "redirect" {
  name    = "${var.name}-redirect"
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_global_forwarding_rule" "http" {
  for_each = local.versions

  name                  = "${var.name}-http-${lower(each.key)}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_http_proxy.redirect.id
  ip_address            = google_compute_global_address.main[each.key].id
  port_range            = "80"
}
