variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "billing_account" {
  description = "Compte de facturation qui paie, 000000-000000-000000 ; null : aucun budget n’est créé."
  type        = string
  default     = null

  validation {
    condition     = var.billing_account == null || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "Un compte de facturation s’écrit 012345-6789AB-CDEF01."
  }
}

variable "project_number" {
  description = "Projet dont le coût compte, par son numéro."
  type        = string
}

variable "service" {
  description = "Valeur de l’étiquette service dont le coût compte."
  type        = string
}

variable "monthly" {
  description = "Limite par mois, dans la monnaie du compte de facturation."
  type        = number

  validation {
    condition     = var.monthly >= 1 && var.monthly <= 1000000
    error_message = "monthly doit être de 1 à 1000000."
  }
}

variable "channels" {
  description = "Canaux de notification prévenus."
  type        = list(string)
}
