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

variable "description" {
  description = "À quoi il sert."
  type        = string
}

variable "pool" {
  description = "Pool d’identités de charge de travail qui connaît le pipeline."
  type        = string
}

variable "attributes" {
  description = "Quelles tâches peuvent le prendre, selon ce que disent leurs jetons : attribute.environment/prod."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.attributes : can(regex("^attribute\\.[a-z_]+/[^*]+$", each))]) && length(var.attributes) > 0
    error_message = "Nommez chacun attribute.NOM/VALEUR, sans joker."
  }
}

variable "project_roles" {
  description = "Rôles dans tout le projet."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.project_roles : !contains(["roles/owner", "roles/editor", "roles/viewer"], each)])
    error_message = "Un rôle de base permet trop : nommez ce qu’il faut."
  }
}
