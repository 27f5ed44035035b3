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

variable "services" {
  description = "Services de Google Cloud que le projet utilise."
  type        = list(string)
}

variable "audited_services" {
  description = "Services dont les lectures et écritures de données sont journalisées."
  type        = list(string)
}

variable "log_days" {
  description = "Jours de conservation des journaux."
  type        = number

  validation {
    condition     = var.log_days >= 1 && var.log_days <= 3650
    error_message = "log_days doit être de 1 à 3650."
  }
}

variable "oidc_host" {
  description = "Émetteur des jetons du pipeline."
  type        = string
  default     = "gitlab.com"
}

variable "repository" {
  description = "Dépôt dont le pipeline est cru, par son chemin."
  type        = string

  validation {
    condition     = can(regex("^[\\w.-]+(/[\\w.-]+)+$", var.repository))
    error_message = "Écrivez PROPRIETAIRE/DEPOT."
  }
}

variable "repository_id" {
  description = "Son numéro, qu’aucun autre dépôt n’aura jamais ; null : seul son chemin est regardé."
  type        = string
  default     = null

  validation {
    condition     = var.repository_id == null || can(regex("^[0-9]+$", var.repository_id))
    error_message = "Ce doit être un nombre."
  }
}

variable "default_branch" {
  description = "Branche déployée."
  type        = string
  default     = "main"
}

variable "environments" {
  description = "Environnements dont les tâches sont crues ici."
  type        = list(string)
}

variable "plan_attributes" {
  description = "Quelles tâches peuvent planifier, selon ce que disent leurs jetons."
  type        = list(string)

  validation {
    condition     = length(var.plan_attributes) > 0
    error_message = "Quelqu’un doit pouvoir planifier."
  }
}

variable "plan_roles" {
  description = "Ce que peut voir qui planifie."
  type        = list(string)
}

variable "create_registry" {
  description = "Vrai dans le seul projet qui garde les images."
  type        = bool
}

variable "push_attributes" {
  description = "Quelles tâches peuvent pousser des images, selon ce que disent leurs jetons."
  type        = list(string)
}
