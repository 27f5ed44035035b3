mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111111111111"
    }
  }
}

variables {
  name             = "orders-test"
  service          = "orders"
  environment      = "test"
  domain_name      = "orders.example.com"
  zone_name        = "example.com"
  key_region       = "eu-west-3"
  monthly_budget   = 200
  log_days         = 90
  alert_emails     = ["oncall@example.com"]
  deploy_role_name = "orders-gh-test"
  deploy_subjects  = ["repo:acme/orders:environment:test"]
  cluster          = "orders-test"
  execute_command  = false
  cidr             = "10.16.0.0/16"
  zones = {
    eu-west-3a = { public = "10.16.128.0/21", private = "10.16.0.0/19", data = "10.16.160.0/21" }
    eu-west-3b = { public = "10.16.136.0/21", private = "10.16.32.0/19", data = "10.16.168.0/21" }
  }
  nat_gateways = 1
  images       = { orders = "registry.example.com/orders:1" }
  secret_names = ["STRIPE_KEY"]
  services = {
    orders = {
      family  = "orders-test"
      cpu     = 256
      memory  = 512
      least   = 2
      most    = 4
      port    = 8000
      secrets = ["STRIPE_KEY"]
    }
  }
  database = {
    engine         = "postgres"
    version        = "18"
    instance_class = "db.t4g.micro"
    storage_gb     = 20
    multi_az       = true
    backup_days    = 30
    clients        = ["orders"]
  }
}

run "everything_fits_together" {
  command = plan

  assert {
    condition     = toset(output.services) == toset(["orders"])
    error_message = "The services must be those that were given."
  }
}

run "without_a_gateway_it_still_goes_out" {
  command = plan

  variables {
    nat_gateways = 0
  }

  assert {
    condition     = local.outside
    error_message = "Tasks must be able to fetch their image."
  }
}
