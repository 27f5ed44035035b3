mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111111111111"
    }
  }
}

variables {
  name             = "shop-test"
  service          = "shop"
  environment      = "test"
  domain_name      = "shop.example.com"
  zone_name        = "example.com"
  key_region       = "eu-west-3"
  monthly_budget   = 50
  log_days         = 90
  alert_emails     = ["oncall@example.com"]
  deploy_role_name = "shop-gh-test"
  deploy_subjects  = ["repo:acme/shop:environment:test"]
  cidr             = "10.16.0.0/16"
  zones = {
    eu-west-3a = { public = "10.16.128.0/21", private = "10.16.0.0/19", data = "10.16.160.0/21" }
    eu-west-3b = { public = "10.16.136.0/21", private = "10.16.32.0/19", data = "10.16.168.0/21" }
  }
  nat_gateways  = 0
  instance_type = "t3.small"
  data_gb       = 20
  backup_days   = 7
  routes        = { "/" = 8000 }
}

run "everything_fits_together" {
  command = plan

  assert {
    condition     = output.document == "shop-test-deploy"
    error_message = "La commande qui déploie doit porter le nom."
  }
}
