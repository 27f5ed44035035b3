# dev: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service          = "orders"
  name             = "orders-dev"
  environment      = "dev"
  domain_name      = "orders.dev.example.com"
  zone_name        = "dev.example.com"
  monthly_budget   = 172
  log_days         = 30
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "orders-gh-dev"
  deploy_subjects  = var.deploy_subjects
  key_region       = "eu-west-3"
  cidr             = "10.16.0.0/16"
  zones = {
    eu-west-3a = {
      public  = "10.16.128.0/21"
      private = "10.16.0.0/19"
      data    = "10.16.160.0/21"
    }
    eu-west-3b = {
      public  = "10.16.136.0/21"
      private = "10.16.32.0/19"
      data    = "10.16.168.0/21"
    }
  }
  nat_gateways    = 1
  endpoints       = []
  cluster         = "orders-dev"
  execute_command = true
  services = {
    orders = {
      family      = "orders-dev"
      cpu         = 256
      memory      = 512
      least       = 1
      most        = 2
      spot        = true
      port        = 8000
      health_path = "/healthz"
      secrets     = ["DATABASE_URL", "PAYMENT_KEY"]
    }
    orders-worker = {
      family = "orders-dev-worker"
      cpu    = 256
      memory = 512
      least  = 1
      most   = 2
      spot   = true
      database = {
        DB_HOST = "{host}"
      }
      secrets = ["DB_PASSWORD", "DB_USER"]
    }
  }
  images              = var.images
  registry_secret_arn = var.registry_secret_arn
  settings            = var.settings
  secret_names        = ["DATABASE_URL", "DB_PASSWORD", "DB_USER", "PAYMENT_KEY"]
  database = {
    engine         = "postgres"
    version        = "18"
    instance_class = "db.t4g.micro"
    storage_gb     = 20
    multi_az       = false
    backup_days    = 7
    clients        = ["orders", "orders-worker"]
  }
  database_secrets = {
    DATABASE_URL = "postgresql://{user}:{password}@{host}:5432/app"
    DB_PASSWORD  = "{password}"
    DB_USER      = "{user}"
  }
  web_acl_arn = var.web_acl_arn
}
