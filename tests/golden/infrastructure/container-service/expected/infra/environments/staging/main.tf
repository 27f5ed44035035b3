# staging: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service          = "orders"
  name             = "orders-staging"
  environment      = "staging"
  domain_name      = "orders.staging.example.com"
  zone_name        = "staging.example.com"
  monthly_budget   = 776
  log_days         = 365
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "orders-gh-staging"
  deploy_subjects  = var.deploy_subjects
  key_region       = "eu-west-3"
  cidr             = "10.17.0.0/16"
  zones = {
    eu-west-3a = {
      public  = "10.17.128.0/21"
      private = "10.17.0.0/19"
      data    = "10.17.160.0/21"
    }
    eu-west-3b = {
      public  = "10.17.136.0/21"
      private = "10.17.32.0/19"
      data    = "10.17.168.0/21"
    }
    eu-west-3c = {
      public  = "10.17.144.0/21"
      private = "10.17.64.0/19"
      data    = "10.17.176.0/21"
    }
  }
  nat_gateways    = 3
  endpoints       = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"]
  cluster         = "orders-staging"
  execute_command = false
  services = {
    orders = {
      family      = "orders-staging"
      cpu         = 512
      memory      = 1024
      least       = 3
      most        = 9
      port        = 8000
      health_path = "/healthz"
      secrets     = ["DATABASE_URL", "PAYMENT_KEY"]
    }
    orders-worker = {
      family = "orders-staging-worker"
      cpu    = 512
      memory = 1024
      least  = 3
      most   = 9
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
    instance_class = "db.t4g.small"
    storage_gb     = 20
    multi_az       = true
    backup_days    = 30
    clients        = ["orders", "orders-worker"]
  }
  database_secrets = {
    DATABASE_URL = "postgresql://{user}:{password}@{host}:5432/app"
    DB_PASSWORD  = "{password}"
    DB_USER      = "{user}"
  }
  web_acl_arn = var.web_acl_arn
}
