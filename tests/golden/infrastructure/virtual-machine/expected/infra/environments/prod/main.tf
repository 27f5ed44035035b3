# prod : les mêmes modules que partout, avec ses propres tailles.
module "service" {
  source = "../../modules/service"

  service          = "shop"
  name             = "shop-prod"
  environment      = "prod"
  domain_name      = "shop.example.com"
  zone_name        = "example.com"
  monthly_budget   = 129
  log_days         = 180
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "shop-gh-prod"
  deploy_subjects  = var.deploy_subjects
  key_region       = "eu-west-1"
  cidr             = "10.17.0.0/16"
  zones = {
    eu-west-1a = {
      public  = "10.17.128.0/21"
      private = "10.17.0.0/19"
      data    = "10.17.160.0/21"
    }
    eu-west-1b = {
      public  = "10.17.136.0/21"
      private = "10.17.32.0/19"
      data    = "10.17.168.0/21"
    }
  }
  nat_gateways  = 0
  endpoints     = []
  instance_type = "t3.large"
  data_gb       = 50
  backup_days   = 30
  routes = {
    "/" = 3000
  }
  health_path         = "/healthz"
  secret_names        = ["POSTGRES_PASSWORD"]
  registry            = "444444444444.dkr.ecr.eu-west-1.amazonaws.com"
  registry_secret_arn = var.registry_secret_arn
  repository_arns     = ["arn:aws:ecr:eu-west-1:444444444444:repository/acme/shop"]
}
