terraform {
  required_version = ">= 1.11.4, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.9"
    }
  }

  # Its own state is small, holds no secret and can be imported again: it stays beside it, one workspace a project.
}

provider "google" {
  project = var.project
  region  = var.region

  default_labels = {
    service     = "orders"
    owner       = "payments"
    cost_centre = "cc-2001"
    managed_by  = "terraform"
  }
}
