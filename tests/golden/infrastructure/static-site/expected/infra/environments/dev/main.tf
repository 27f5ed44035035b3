# dev: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service          = "docs"
  name             = "docs-dev"
  environment      = "dev"
  domain_name      = "docs.dev.example.com"
  zone_name        = "dev.example.com"
  monthly_budget   = 19
  log_days         = 30
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "docs-gh-dev"
  deploy_subjects  = var.deploy_subjects
}
