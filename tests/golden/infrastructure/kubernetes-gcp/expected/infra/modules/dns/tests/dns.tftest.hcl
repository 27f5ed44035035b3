mock_provider "google" {}

variables {
  zone_name = "example.com"
  zone      = "example-com"
  records = {
    ipv4 = {
      name   = "orders.example.com"
      type   = "A"
      values = ["203.0.113.10"]
    }
  }
}

run "writes_names_in_full" {
  command = plan

  assert {
    condition     = google_dns_record_set.main["ipv4"].name == "orders.example.com."
    error_message = "Un nom doit finir par un point."
  }

  assert {
    condition     = length(google_dns_managed_zone.main) == 0
    error_message = "Une zone qui existe ne doit pas être créée une seconde fois."
  }
}

run "makes_the_zone_when_asked" {
  command = plan

  variables {
    create_zone = true
  }

  assert {
    condition     = google_dns_managed_zone.main[0].dnssec_config[0].state == "on"
    error_message = "La zone doit être créée, et signée."
  }
}
