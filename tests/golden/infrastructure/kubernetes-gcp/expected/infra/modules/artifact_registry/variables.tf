variable "region" {
  description = "Région, par exemple europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Ce doit être une région, pas une zone."
  }
}

variable "repository" {
  description = "Nom du dépôt d’images."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.repository))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "kept_versions" {
  description = "Images de chaque nom toujours conservées."
  type        = number
  default     = 100

  validation {
    condition     = var.kept_versions >= 10 && var.kept_versions <= 1000
    error_message = "kept_versions doit être de 10 à 1000."
  }
}

variable "writers" {
  description = "Qui pousse, en tant que membres."
  type        = list(string)
  default     = []
}
