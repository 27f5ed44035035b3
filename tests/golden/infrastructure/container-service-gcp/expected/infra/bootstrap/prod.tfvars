project = "acme-orders-prod"
region  = "europe-west9"
services = [
  "artifactregistry.googleapis.com",
  "billingbudgets.googleapis.com",
  "certificatemanager.googleapis.com",
  "cloudkms.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "compute.googleapis.com",
  "dns.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "run.googleapis.com",
  "secretmanager.googleapis.com",
  "servicenetworking.googleapis.com",
  "serviceusage.googleapis.com",
  "sqladmin.googleapis.com",
  "storage.googleapis.com",
  "sts.googleapis.com",
]
audited_services = ["secretmanager.googleapis.com", "storage.googleapis.com", "cloudsql.googleapis.com"]
log_days         = 180
repository       = "acme/orders"
environments     = ["prod"]
plan_attributes  = ["attribute.ref/refs/heads/main", "attribute.event_name/pull_request"]
plan_roles = [
  "roles/artifactregistry.reader",
  "roles/browser",
  "roles/certificatemanager.viewer",
  "roles/cloudsql.viewer",
  "roles/compute.viewer",
  "roles/dns.reader",
  "roles/iam.securityReviewer",
  "roles/logging.viewer",
  "roles/monitoring.viewer",
  "roles/run.viewer",
  "roles/secretmanager.viewer",
  "roles/serviceusage.serviceUsageConsumer",
]
create_registry = true
push_attributes = ["attribute.ref/refs/heads/main"]
