mock_provider "google" {
  mock_resource "google_certificate_manager_dns_authorization" {
    defaults = {
      dns_resource_record = [{
        name = "_acme-challenge.orders.example.com."
        type = "CNAME"
        data = "0000.authorize.certificatemanager.goog."
      }]
    }
  }
}

variables {
  name        = "orders-test"
  domain_name = "orders.example.com"
}

run "is_proved_by_dns" {
  command = apply

  assert {
    condition     = output.record.type == "CNAME" && google_certificate_manager_certificate_map_entry.main.hostname == "orders.example.com"
    error_message = "DNS must prove the name."
  }
}

run "refuses_what_is_no_host_name" {
  command = plan

  variables {
    domain_name = "https://orders.example.com"
  }

  expect_failures = [var.domain_name]
}
