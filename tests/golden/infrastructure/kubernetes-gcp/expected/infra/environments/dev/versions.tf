terraform {
  required_version = ">= 1.11.4, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.9"
    }
  }

  # Le bucket verrouille de lui-même, et chiffre avec la clé que bootstrap a créée.
  backend "gcs" {
    bucket = "catalogue-tfstate-acme-catalogue-dev"
    prefix = "catalogue/dev"
  }
}
