# prod: values that people change. No secret belongs here.

# Mail addresses that get the alarms.
alert_emails = []

# Subjects of the pipeline's tokens that may deploy here.
deploy_subjects = ["repo:acme/orders:environment:prod"]

# Service to the image it begins with.
images = {
  orders        = "ghcr.io/acme/orders:sha-COMMIT"
  orders-worker = "ghcr.io/acme/orders-worker:sha-COMMIT"
}

# Secret with username and password of a private registry that is not ECR; null: none is needed.
registry_secret_arn = null

# Service to settings that differ here; no secret.
settings = {
  orders        = {}
  orders-worker = {}
}

# Firewall before it (WAF), in its region; null: none.
web_acl_arn = null
