mock_provider "google" {
  mock_data "google_client_config" {
    defaults = {
      project = "acme-orders-test"
    }
  }

  mock_data "google_project" {
    defaults = {
      number = "123456789012"
    }
  }

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
  name                  = "orders-test"
  service               = "orders"
  environment           = "test"
  region                = "europe-west9"
  subnet_cidr           = "10.16.96.0/19"
  private_services_cidr = "10.16.0.0/18"
  domain_name           = "orders.example.com"
  zone_name             = "example.com"
  dns_zone              = "example-com"
  monthly_budget        = 100
  alert_emails          = ["oncall@example.com"]
  deploy_account_id     = "github-deploy-test"
  deploy_attributes     = ["attribute.environment/test"]
  pool                  = "github"
  registry_location     = "europe-west9"
  registry_repository   = "orders"
  least                 = 1
  most                  = 4
  nat                   = true
  front                 = "orders"
  services = {
    orders = {
      name             = "orders"
      account_id       = "orders-run"
      port             = 8000
      health_path      = "/health"
      database_secrets = { DATABASE_URL = "orders-DATABASE_URL" }
    }
  }
  database_tier     = "db-custom-1-3840"
  high_availability = true
  backup_days       = 30
  connections       = { "orders-DATABASE_URL" = "postgresql://app:{password}@{host}:5432/app" }
}

run "everything_fits_together" {
  command = plan

  assert {
    condition     = output.url == "https://orders.example.com"
    error_message = "The address must be the one that was given."
  }
}
