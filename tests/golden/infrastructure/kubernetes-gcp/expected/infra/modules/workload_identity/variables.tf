variable "project" {
  description = "Projet, par son identifiant."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "Ce doit être l’identifiant d’un projet, pas son numéro."
  }
}

variable "project_number" {
  description = "Le numéro du projet."
  type        = string
}

variable "account_id" {
  description = "Nom du compte de service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.account_id))
    error_message = "6 à 30 lettres minuscules, chiffres et tirets."
  }
}

variable "accounts" {
  description = "Comptes de la grappe qui le prennent."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.accounts : can(regex("^[a-z0-9-]+/[a-z0-9-]+$", each))])
    error_message = "Écrivez chacun ESPACE/COMPTE."
  }
}

variable "secret_prefix" {
  description = "Début du nom des secrets qu’il lit."
  type        = string
}
