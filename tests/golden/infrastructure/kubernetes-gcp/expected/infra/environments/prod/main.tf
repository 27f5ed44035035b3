# prod : les mêmes modules que partout, avec ses propres tailles.
module "service" {
  source = "../../modules/service"

  service               = "catalogue"
  name                  = "catalogue-prod"
  environment           = "prod"
  region                = "europe-west9"
  domain_name           = "catalogue.example.com"
  zone_name             = "example.com"
  dns_zone              = var.dns_zone
  dns_project           = var.dns_project
  subnet_cidr           = "10.18.64.0/19"
  private_services_cidr = "10.18.0.0/18"
  nat                   = true
  egress_ports          = var.egress_ports
  monthly_budget        = 1085
  billing_account       = var.billing_account
  alert_emails          = var.alert_emails
  pool                  = "gitlab"
  deploy_account_id     = "gitlab-deploy-prod"
  deploy_attributes     = ["attribute.environment/prod"]
  deletion_protection   = true
  labels = {
    service     = "catalogue"
    environment = "prod"
    owner       = "platform"
    cost_centre = "cc-3100"
    managed_by  = "terraform"
  }
  namespace          = "prod"
  pods_cidr          = "10.18.128.0/17"
  services_cidr      = "10.18.96.0/20"
  cluster_name       = "catalogue-prod"
  node_account_id    = "catalogue-prod-nodes"
  secrets_account_id = "catalogue-secrets"
  backup_days        = 30
  database_tier      = "db-custom-4-15360"
  high_availability  = true
  connections = {
    catalogue-DATABASE_URL = "postgresql://app:{password}@{host}:5432/app"
  }
  password_version    = var.password_version
  registry_project    = "acme-images"
  registry_location   = "europe-west9"
  registry_repository = "catalogue"
  health_path         = "/healthz"
  channel             = "STABLE"
  authorized_networks = var.authorized_networks
  dns_endpoint        = var.dns_endpoint
}
