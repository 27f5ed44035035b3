# The places of the secrets, one a variable, without a value: set-secret.sh puts it in, so no state ever holds it.
terraform {
  required_version = ">= 1.6"

  # One state an environment: init says bucket and prefix.
  backend "gcs" {}

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
  }
}

variable "project" {
  description = "Project of the environment; each environment has its own."
  type        = string
}

variable "region" {
  description = "Region the values stay in."
  type        = string
  default     = "europe-west9"
}

variable "reader" {
  description = "Service account that the service runs as, as its e-mail address."
  type        = string
}

locals {
  names = toset([
    "DATABASE_URL",
    "SECRET_KEY",
    "STRIPE_API_KEY",
  ])
}

resource "google_secret_manager_secret" "this" {
  for_each = local.names

  project             = var.project
  secret_id           = "shop-${each.key}"
  deletion_protection = true

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = google_secret_manager_secret.this

  project   = var.project
  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${var.reader}"
}

output "references" {
  description = "What Cloud Run refers to, by variable."
  value       = { for name, each in google_secret_manager_secret.this : name => each.id }
}
