# prod: the same modules as every environment, with its own sizes.
module "service" {
  source = "../../modules/service"

  service               = "orders"
  name                  = "orders-prod"
  environment           = "prod"
  domain_name           = "orders.example.com"
  zone_name             = "example.com"
  monthly_budget        = 38
  log_days              = 180
  alert_emails          = var.alert_emails
  oidc_host             = "gitlab.com"
  deploy_role_name      = "orders-gl-prod"
  deploy_subjects       = var.deploy_subjects
  key_region            = "eu-west-3"
  runtime               = "python3.14"
  handler               = "app.handler"
  memory_mb             = 1024
  first_code            = "UEsDBBQAAAAAAAAAIQDtIG0EVgAAAFYAAAAGAAAAYXBwLnB5ZGVmIGhhbmRsZXIoZXZlbnQsIGNvbnRleHQpOgogICAgcmV0dXJuIHsic3RhdHVzQ29kZSI6IDUwMywgImJvZHkiOiAiTm8gcmVsZWFzZSB5ZXQifQpQSwECFAMUAAAAAAAAACEA7SBtBFYAAABWAAAABgAAAAAAAAAAAAAApAEAAAAAYXBwLnB5UEsFBgAAAAABAAEANAAAAHoAAAAAAA=="
  environment_variables = var.environment_variables
  secret_arns           = var.secret_arns
}
