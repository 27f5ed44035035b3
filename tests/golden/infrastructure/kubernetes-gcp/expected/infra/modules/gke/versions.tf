terraform {
  required_version = ">= 1.11.4, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.9, < 8.0"
    }
  }
}
