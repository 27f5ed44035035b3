# staging: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service               = "orders"
  name                  = "orders-staging"
  environment           = "staging"
  region                = "europe-west9"
  domain_name           = "orders.staging.example.com"
  zone_name             = "staging.example.com"
  dns_zone              = var.dns_zone
  dns_project           = var.dns_project
  subnet_cidr           = "10.17.64.0/19"
  private_services_cidr = "10.17.0.0/18"
  nat                   = true
  egress_ports          = var.egress_ports
  monthly_budget        = 63
  billing_account       = var.billing_account
  alert_emails          = var.alert_emails
  pool                  = "github"
  deploy_account_id     = "github-deploy-staging"
  deploy_attributes     = ["attribute.environment/staging"]
  deletion_protection   = false
  labels = {
    service     = "orders"
    environment = "staging"
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
      memory      = "512Mi"
      database_secrets = {
        DATABASE_URL = "orders-DATABASE_URL"
      }
      migrate_command = "alembic upgrade head"
    }
    invoices = {
      name       = "orders-invoices"
      account_id = "orders-invoices-run"
      port       = 3000
      memory     = "512Mi"
      database_secrets = {
        DATABASE_URL = "orders-DATABASE_URL"
      }
    }
  }
  front             = "orders"
  least             = 0
  most              = 2
  database_tier     = "db-f1-micro"
  high_availability = false
  connections = {
    orders-DATABASE_URL = "postgresql://app:{password}@{host}:5432/app"
  }
  password_version      = var.password_version
  backup_days           = 7
  registry_project      = "acme-orders-prod"
  registry_location     = "europe-west9"
  registry_repository   = "orders"
  environment_variables = var.environment_variables
  secrets               = var.secrets
  traffic               = var.traffic
  security_policy       = var.security_policy
}
