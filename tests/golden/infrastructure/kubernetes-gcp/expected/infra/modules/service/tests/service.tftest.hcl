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
  namespace             = "test"
  region                = "europe-west9"
  subnet_cidr           = "10.16.64.0/19"
  private_services_cidr = "10.16.0.0/18"
  pods_cidr             = "10.16.128.0/17"
  services_cidr         = "10.16.96.0/20"
  domain_name           = "orders.example.com"
  zone_name             = "example.com"
  dns_zone              = "example-com"
  nat                   = true
  monthly_budget        = 200
  alert_emails          = ["oncall@example.com"]
  deploy_account_id     = "github-deploy-test"
  deploy_attributes     = ["attribute.environment/test"]
  pool                  = "github"
  cluster_name          = "orders-test"
  node_account_id       = "orders-test-nodes"
  secrets_account_id    = "orders-secrets"
  backup_days           = 30
  registry_location     = "europe-west9"
  registry_repository   = "orders"
  database_tier         = "db-custom-1-3840"
  high_availability     = true
  connections           = { "orders-DATABASE_URL" = "postgresql://app:{password}@{host}:5432/app" }
}

run "everything_fits_together" {
  command = plan

  assert {
    condition     = output.cluster == "orders-test"
    error_message = "La grappe doit être celle qui a été nommée."
  }
}
