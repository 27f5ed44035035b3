provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      service     = "shop"
      environment = "prod"
      owner       = "boutique"
      cost_centre = "CC-3003"
      managed_by  = "terraform"
    }
  }
}
