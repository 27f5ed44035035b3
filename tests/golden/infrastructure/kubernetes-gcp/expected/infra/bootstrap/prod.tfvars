project = "acme-catalogue-prod"
region  = "europe-west9"
services = [
  "artifactregistry.googleapis.com",
  "billingbudgets.googleapis.com",
  "binaryauthorization.googleapis.com",
  "cloudkms.googleapis.com",
  "cloudresourcemanager.googleapis.com",
  "compute.googleapis.com",
  "container.googleapis.com",
  "containersecurity.googleapis.com",
  "dns.googleapis.com",
  "gkebackup.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "logging.googleapis.com",
  "monitoring.googleapis.com",
  "secretmanager.googleapis.com",
  "servicenetworking.googleapis.com",
  "serviceusage.googleapis.com",
  "sqladmin.googleapis.com",
  "storage.googleapis.com",
  "sts.googleapis.com",
]
audited_services = ["secretmanager.googleapis.com", "storage.googleapis.com", "cloudsql.googleapis.com"]
log_days         = 180
repository       = "acme/catalogue"
environments     = ["prod"]
plan_attributes  = ["attribute.ref/main"]
plan_roles = [
  "roles/artifactregistry.reader",
  "roles/browser",
  "roles/cloudkms.viewer",
  "roles/cloudsql.viewer",
  "roles/compute.viewer",
  "roles/container.clusterViewer",
  "roles/dns.reader",
  "roles/gkebackup.viewer",
  "roles/iam.securityReviewer",
  "roles/logging.viewer",
  "roles/monitoring.viewer",
  "roles/secretmanager.viewer",
  "roles/serviceusage.serviceUsageConsumer",
]
create_registry = false
push_attributes = ["attribute.ref/main"]
