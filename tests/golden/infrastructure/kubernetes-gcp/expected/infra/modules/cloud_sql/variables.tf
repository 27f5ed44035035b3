variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "region" {
  description = "Région, par exemple europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Ce doit être une région, pas une zone."
  }
}

variable "network_id" {
  description = "Réseau où on la joint, une fois que les services de Google peuvent l’être."
  type        = string
}

variable "database_version" {
  description = "Version de PostgreSQL."
  type        = string
  default     = "POSTGRES_18"

  validation {
    condition     = contains(["POSTGRES_16", "POSTGRES_17", "POSTGRES_18"], var.database_version)
    error_message = "database_version doit être l’un de POSTGRES_16, POSTGRES_17, POSTGRES_18."
  }
}

variable "tier" {
  description = "Taille : db-custom-PROCESSEURS-MEGAOCTETS, ou une taille partagée (db-f1-micro, db-g1-small), sans SLA."
  type        = string

  validation {
    condition     = can(regex("^db-(f1-micro|g1-small|custom-[0-9]+-[0-9]+)$", var.tier))
    error_message = "Écrivez db-custom-2-7680, par exemple."
  }
}

variable "disk_gb" {
  description = "Taille de départ du disque en Go ; il grandit seul."
  type        = number
  default     = 10

  validation {
    condition     = var.disk_gb >= 10 && var.disk_gb <= 65536
    error_message = "disk_gb doit être de 10 à 65536."
  }
}

variable "disk_limit_gb" {
  description = "Taille jusqu’à laquelle le disque grandit ; 0 : sans limite."
  type        = number
  default     = 500

  validation {
    condition     = var.disk_limit_gb >= 0 && var.disk_limit_gb <= 65536
    error_message = "disk_limit_gb doit être de 0 à 65536."
  }
}

variable "high_availability" {
  description = "true : une instance de secours dans une autre zone prend le relais."
  type        = bool
}

variable "backup_days" {
  description = "Sauvegardes quotidiennes conservées."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 365
    error_message = "backup_days doit être de 7 à 365."
  }
}

variable "max_connections" {
  description = "Connexions simultanées."
  type        = number
  default     = 100

  validation {
    condition     = var.max_connections >= 20 && var.max_connections <= 5000
    error_message = "max_connections doit être de 20 à 5000."
  }
}

variable "deletion_protection" {
  description = "Vrai : Google Cloud lui-même refuse de le supprimer."
  type        = bool
  default     = true
}

variable "kms_key" {
  description = "Clé qui chiffre ; null : celle de Google."
  type        = string
  default     = null
}

variable "connections" {
  description = "Secret et ce qui y est écrit ; {host} et {password} sont remplis."
  type        = map(string)

  validation {
    condition     = alltrue([for each in values(var.connections) : strcontains(each, "{password}")])
    error_message = "Ce qui ne contient pas de mot de passe n’est pas un secret : mettez-le en variable ordinaire."
  }
}

variable "password_version" {
  description = "Augmentez-la d’un pour un autre mot de passe."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && var.password_version <= 10000
    error_message = "password_version doit être de 1 à 10000."
  }
}

variable "labels" {
  description = "Étiquettes, là où celles du fournisseur n’arrivent pas."
  type        = map(string)
  default     = {}
}
