# prod: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service          = "docs"
  name             = "docs-prod"
  environment      = "prod"
  domain_name      = "docs.example.com"
  zone_name        = "example.com"
  monthly_budget   = 19
  log_days         = 180
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "docs-gh-prod"
  deploy_subjects  = var.deploy_subjects
}
