# dev : les mêmes modules que partout, avec ses propres tailles.
module "service" {
  source = "../../modules/service"

  service          = "shop"
  name             = "shop-dev"
  environment      = "dev"
  domain_name      = "shop.dev.example.com"
  zone_name        = "dev.example.com"
  monthly_budget   = 42
  log_days         = 30
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "shop-gh-dev"
  deploy_subjects  = var.deploy_subjects
  key_region       = "eu-west-1"
  cidr             = "10.16.0.0/16"
  zones = {
    eu-west-1a = {
      public  = "10.16.128.0/21"
      private = "10.16.0.0/19"
      data    = "10.16.160.0/21"
    }
    eu-west-1b = {
      public  = "10.16.136.0/21"
      private = "10.16.32.0/19"
      data    = "10.16.168.0/21"
    }
  }
  nat_gateways  = 0
  endpoints     = []
  instance_type = "t3.small"
  data_gb       = 20
  backup_days   = 7
  routes = {
    "/" = 3000
  }
  health_path         = "/healthz"
  secret_names        = ["POSTGRES_PASSWORD"]
  registry            = "444444444444.dkr.ecr.eu-west-1.amazonaws.com"
  registry_secret_arn = var.registry_secret_arn
  repository_arns     = ["arn:aws:ecr:eu-west-1:444444444444:repository/acme/shop"]
}
