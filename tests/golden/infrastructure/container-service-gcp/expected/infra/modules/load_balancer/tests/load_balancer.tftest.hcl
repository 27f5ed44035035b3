mock_provider "google" {}

variables {
  name               = "orders-test"
  region             = "europe-west9"
  service_name       = "orders"
  certificate_map_id = "projects/acme/locations/global/certificateMaps/orders-test"
  security_policy    = "projects/acme/global/securityPolicies/edge"
}

run "speaks_tls_only" {
  command = plan

  assert {
    condition     = google_compute_ssl_policy.main.min_tls_version == "TLS_1_2"
    error_message = "Old versions of TLS must be refused."
  }

  assert {
    condition     = google_compute_url_map.redirect.default_url_redirect[0].https_redirect
    error_message = "Nothing may be served in clear."
  }

  assert {
    condition     = length(google_compute_global_forwarding_rule.https) == 2
    error_message = "Both kinds of address must lead to it."
  }

  assert {
    condition     = google_compute_backend_service.main.security_policy == var.security_policy
    error_message = "The firewall that was given must stand before it."
  }
}
