mock_provider "google" {}

variables {
  name                  = "orders-test"
  region                = "europe-west9"
  subnet_cidr           = "10.16.96.0/19"
  private_services_cidr = "10.16.0.0/18"
}

run "logs_its_flows_and_refuses_the_rest" {
  command = plan

  assert {
    condition     = length(google_compute_subnetwork.main.log_config) == 1 && google_compute_subnetwork.main.private_ip_google_access
    error_message = "Flows must be logged, and Google be reached without a public address."
  }

  assert {
    condition     = length(google_compute_firewall.no_ingress.allow) == 0 && length(google_compute_firewall.no_egress.allow) == 0
    error_message = "What no rule allows must be refused."
  }

  assert {
    condition     = google_compute_global_address.private_services.prefix_length == 18
    error_message = "Google's services must get the range that was given."
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
    error_message = "Nothing must lead to the internet."
  }
}

run "refuses_a_range_that_no_database_fits_in" {
  command = plan

  variables {
    private_services_cidr = "10.16.0.0/28"
  }

  expect_failures = [var.private_services_cidr]
}
