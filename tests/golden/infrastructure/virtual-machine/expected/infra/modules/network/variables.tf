variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "account_id" {
  description = "Compte, 12 chiffres."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "Un compte a 12 chiffres."
  }
}

variable "cidr" {
  description = "Adresses du réseau."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "Écrivez un réseau, par exemple 10.16.0.0/16."
  }
}

variable "zones" {
  description = "Zone de disponibilité vers les adresses de ses sous-réseaux."
  type = map(object({
    public  = string
    private = string
    data    = string
  }))

  validation {
    condition     = length(var.zones) >= 2
    error_message = "Deux zones au moins : les répartiteurs et les bases les exigent."
  }
}

variable "nat_gateways" {
  description = "Passerelles NAT : une par zone, une pour toutes, ou 0 : ce qui tourne a alors ses propres adresses publiques."
  type        = number

  validation {
    condition     = var.nat_gateways >= 0 && var.nat_gateways <= 4
    error_message = "nat_gateways doit être de 0 à 4."
  }
}

variable "endpoints" {
  description = "Services d’AWS atteints sans quitter le réseau."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.endpoints : can(regex("^[a-z0-9.-]+$", each))])
    error_message = "Chacun doit être le nom d’un service, par exemple ecr.api."
  }
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
