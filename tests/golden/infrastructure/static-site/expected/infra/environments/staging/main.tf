# staging: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service          = "docs"
  name             = "docs-staging"
  environment      = "staging"
  domain_name      = "docs.staging.example.com"
  zone_name        = "staging.example.com"
  monthly_budget   = 19
  log_days         = 30
  alert_emails     = var.alert_emails
  oidc_host        = "token.actions.githubusercontent.com"
  deploy_role_name = "docs-gh-staging"
  deploy_subjects  = var.deploy_subjects
}
