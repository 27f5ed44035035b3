variable "name" {
  description = "Nom du cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "project" {
  description = "Projet, par son identifiant."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "Ce doit être l’identifiant d’un projet, pas son numéro."
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

variable "node_account_id" {
  description = "Nom du compte de service sous lequel tournent les nœuds."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.node_account_id))
    error_message = "6 à 30 lettres minuscules, chiffres et tirets."
  }
}

variable "network_id" {
  description = "Réseau où il se trouve."
  type        = string
}

variable "subnet_id" {
  description = "Sous-réseau où il se trouve."
  type        = string
}

variable "kms_key" {
  description = "Clé qui chiffre les secrets de la grappe."
  type        = string
}

variable "channel" {
  description = "Canal de versions."
  type        = string
  default     = "REGULAR"

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE"], var.channel)
    error_message = "channel doit être l’un de RAPID, REGULAR, STABLE."
  }
}

variable "authorized_networks" {
  description = "Réseaux qui joignent le plan de contrôle par son adresse ; aucun : par son nom seul."
  type = list(object({
    name = string
    cidr = string
  }))
  default = []

  validation {
    condition     = alltrue([for each in var.authorized_networks : can(cidrhost(each.cidr, 0)) && each.cidr != "0.0.0.0/0"])
    error_message = "Chacun doit être une plage d’adresses, et pas tout Internet."
  }
}

variable "dns_endpoint" {
  description = "Vrai : son nom se joint aussi de l’extérieur ; IAM décide par qui."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "Jours de conservation des sauvegardes de la grappe."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 365
    error_message = "backup_days doit être de 1 à 365."
  }
}

variable "deletion_protection" {
  description = "Vrai : Google Cloud lui-même refuse de le supprimer."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Étiquettes, là où celles du fournisseur n’arrivent pas."
  type        = map(string)
  default     = {}
}
