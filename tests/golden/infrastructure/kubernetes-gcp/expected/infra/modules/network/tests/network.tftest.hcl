mock_provider "google" {}

variables {
  name                  = "orders-test"
  region                = "europe-west9"
  subnet_cidr           = "10.16.96.0/19"
  private_services_cidr = "10.16.0.0/18"
  pods_cidr             = "10.16.128.0/17"
  services_cidr         = "10.16.64.0/20"
}

run "logs_its_flows_and_refuses_the_rest" {
  command = plan

  assert {
    condition     = length(google_compute_subnetwork.main.log_config) == 1 && google_compute_subnetwork.main.private_ip_google_access
    error_message = "Les flux doivent être journalisés, et Google joint sans adresse publique."
  }

  assert {
    condition     = length(google_compute_firewall.no_ingress.allow) == 0 && length(google_compute_firewall.no_egress.allow) == 0
    error_message = "Ce qu’aucune règle n’admet doit être refusé."
  }

  assert {
    condition     = google_compute_global_address.private_services.prefix_length == 18
    error_message = "Les services de Google doivent recevoir la plage donnée."
  }
}

run "does_without_nat" {
  command = plan

  variables {
    nat          = false
    egress_ports = []
  }

  assert {
    condition     = length(google_compute_router_nat.main) == 0 && length(google_compute_firewall.egress_internet) == 0
    error_message = "Rien ne doit mener à Internet."
  }
}

run "refuses_a_range_that_no_database_fits_in" {
  command = plan

  variables {
    private_services_cidr = "10.16.0.0/28"
  }

  expect_failures = [var.private_services_cidr]
}
