terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.19"
    }
  }

  # Pas d’`encrypt` : il demanderait la clé de S3. Le bucket chiffre avec la clé faite par bootstrap.
  backend "s3" {
    key          = "shop/prod.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}
