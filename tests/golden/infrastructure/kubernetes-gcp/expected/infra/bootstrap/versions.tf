terraform {
  required_version = ">= 1.11.4, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.9"
    }
  }

  # Son propre état est petit, sans secret, et peut être réimporté : il reste à côté, un espace par projet.
}

provider "google" {
  project = var.project
  region  = var.region

  default_labels = {
    service     = "catalogue"
    owner       = "platform"
    cost_centre = "cc-3100"
    managed_by  = "terraform"
  }
}
