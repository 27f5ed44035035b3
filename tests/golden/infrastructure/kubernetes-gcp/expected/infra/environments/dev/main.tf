# dev : les mêmes modules que partout, avec ses propres tailles.
module "service" {
  source = "../../modules/service"

  service               = "catalogue"
  name                  = "catalogue-dev"
  environment           = "dev"
  region                = "europe-west9"
  domain_name           = "catalogue.dev.example.com"
  zone_name             = "dev.example.com"
  dns_zone              = var.dns_zone
  dns_project           = var.dns_project
  subnet_cidr           = "10.16.64.0/19"
  private_services_cidr = "10.16.0.0/18"
  nat                   = true
  egress_ports          = var.egress_ports
  monthly_budget        = 319
  billing_account       = var.billing_account
  alert_emails          = var.alert_emails
  pool                  = "gitlab"
  deploy_account_id     = "gitlab-deploy-dev"
  deploy_attributes     = ["attribute.environment/dev"]
  deletion_protection   = false
  labels = {
    service     = "catalogue"
    environment = "dev"
    owner       = "platform"
    cost_centre = "cc-3100"
    managed_by  = "terraform"
  }
  namespace          = "dev"
  pods_cidr          = "10.16.128.0/17"
  services_cidr      = "10.16.96.0/20"
  cluster_name       = "catalogue-dev"
  node_account_id    = "catalogue-dev-nodes"
  secrets_account_id = "catalogue-secrets"
  backup_days        = 7
  database_tier      = "db-f1-micro"
  high_availability  = false
  connections = {
    catalogue-DATABASE_URL = "postgresql://app:{password}@{host}:5432/app"
  }
  password_version    = var.password_version
  registry_project    = "acme-images"
  registry_location   = "europe-west9"
  registry_repository = "catalogue"
  health_path         = "/healthz"
  channel             = "REGULAR"
  authorized_networks = var.authorized_networks
  dns_endpoint        = var.dns_endpoint
}
