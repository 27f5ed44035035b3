# prod: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service               = "orders"
  name                  = "orders-prod"
  environment           = "prod"
  region                = "europe-west9"
  domain_name           = "orders.example.com"
  zone_name             = "example.com"
  dns_zone              = var.dns_zone
  dns_project           = var.dns_project
  subnet_cidr           = "10.18.64.0/19"
  private_services_cidr = "10.18.0.0/18"
  nat                   = true
  egress_ports          = var.egress_ports
  monthly_budget        = 908
  billing_account       = var.billing_account
  alert_emails          = var.alert_emails
  pool                  = "github"
  deploy_account_id     = "github-deploy-prod"
  deploy_attributes     = ["attribute.environment/prod"]
  deletion_protection   = true
  labels = {
    service     = "orders"
    environment = "prod"
    owner       = "payments"
    cost_centre = "cc-2001"
    managed_by  = "terraform"
  }
  services = {
    orders = {
      name        = "orders"
      account_id  = "orders-run"
      port        = 8000
      health_path = "/health"
      memory      = "1Gi"
      database_secrets = {
        DATABASE_URL = "orders-DATABASE_URL"
      }
      migrate_command = "alembic upgrade head"
    }
    invoices = {
      name       = "orders-invoices"
      account_id = "orders-invoices-run"
      port       = 3000
      memory     = "1Gi"
      database_secrets = {
        DATABASE_URL = "orders-DATABASE_URL"
      }
    }
  }
  front             = "orders"
  least             = 2
  most              = 6
  database_tier     = "db-custom-4-15360"
  high_availability = true
  connections = {
    orders-DATABASE_URL = "postgresql://app:{password}@{host}:5432/app"
  }
  password_version      = var.password_version
  backup_days           = 30
  registry_project      = "acme-orders-prod"
  registry_location     = "europe-west9"
  registry_repository   = "orders"
  environment_variables = var.environment_variables
  secrets               = var.secrets
  traffic               = var.traffic
  security_policy       = var.security_policy
}
