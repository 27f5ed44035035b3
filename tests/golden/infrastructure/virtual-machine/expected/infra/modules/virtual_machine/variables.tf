variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "environment" {
  description = "Environnement, tel que deploy.sh le connaît."
  type        = string
}

variable "account_id" {
  description = "Compte, 12 chiffres."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "Un compte a 12 chiffres."
  }
}

variable "vpc_id" {
  description = "Réseau où il se trouve."
  type        = string
}

variable "network" {
  description = "Adresses du réseau."
  type        = string
}

variable "subnet_id" {
  description = "Sous-réseau où elle se trouve."
  type        = string
}

variable "zone" {
  description = "Zone de disponibilité de ce sous-réseau, et de son volume."
  type        = string
}

variable "public_address" {
  description = "true : elle sort par sa propre adresse, faute de passerelle NAT."
  type        = bool
}

variable "instance_type" {
  description = "Taille de la machine ; la changer refait la machine."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+\\.[a-z0-9]+$", var.instance_type))
    error_message = "Écrivez FAMILLE.TAILLE, par exemple t3.small."
  }
}

variable "root_gb" {
  description = "Disque du système en Go ; rien n’y dure."
  type        = number
  default     = 20

  validation {
    condition     = var.root_gb >= 10 && var.root_gb <= 1000
    error_message = "root_gb doit être de 10 à 1000."
  }
}

variable "data_gb" {
  description = "Volume des données en Go ; il ne peut que grandir, le système de fichiers à la main."
  type        = number

  validation {
    condition     = var.data_gb >= 8 && var.data_gb <= 16384
    error_message = "data_gb doit être de 8 à 16384."
  }
}

variable "backup_days" {
  description = "Instantanés conservés, un par nuit."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 365
    error_message = "backup_days doit être de 1 à 365."
  }
}

variable "domain_name" {
  description = "Nom d’hôte que les gens utilisent ; _ : personne."
  type        = string
  default     = "_"
}

variable "routes" {
  description = "Chemin vers le port de cette machine qui y répond."
  type        = map(number)
  default     = {}
}

variable "health_path" {
  description = "Chemin qui répond 200 quand il est en bonne santé."
  type        = string
  default     = "/"
}

variable "load_balancer" {
  description = "Ce qui est devant elle ; null : elle répond elle-même."
  type = object({
    listener_arn      = string
    security_group_id = string
  })
  default = null
}

variable "files_bucket" {
  description = "Compartiment avec le dossier deploy du dépôt."
  type        = string
}

variable "files_bucket_arn" {
  description = "ARN de ce compartiment."
  type        = string
}

variable "secrets" {
  description = "Variable de compose.yaml vers l’ARN de son secret."
  type        = map(string)
  default     = {}
}

variable "registry" {
  description = "Hôte du registre, pour s’y connecter."
  type        = string
  default     = "ghcr.io"
}

variable "registry_secret_arn" {
  description = "Secret avec username et password d’un registre privé qui n’est pas ECR ; null : il n’en faut pas."
  type        = string
  default     = null
}

variable "repository_arns" {
  description = "Dépôts ECR d’où elle tire ses images."
  type        = list(string)
  default     = []
}

variable "egress_ports" {
  description = "Ports qu’il peut atteindre partout."
  type        = list(number)
  default     = [80, 443]
}

variable "kms_key_arn" {
  description = "Clé qui chiffre."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "Ce doit être l’ARN d’une clé."
  }
}

variable "log_days" {
  description = "Jours de conservation des journaux."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "log_days doit être l’un de 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653."
  }
}
