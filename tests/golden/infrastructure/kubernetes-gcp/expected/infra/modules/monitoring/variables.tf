variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
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

variable "emails" {
  description = "Adresses qui reçoivent les alarmes."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", each))])
    error_message = "Chacune doit être une adresse de courriel."
  }
}

variable "policies" {
  description = "Nom, requête, et combien de temps elle doit répondre quelque chose."
  type = map(object({
    description = string
    query       = string
    minutes     = optional(number, 5)
    severity    = optional(string, "ERROR")
  }))

  validation {
    condition     = alltrue([for each in var.policies : contains(["CRITICAL", "ERROR", "WARNING"], each.severity)])
    error_message = "severity doit être CRITICAL, ERROR ou WARNING."
  }
}

variable "host" {
  description = "Nom d’hôte contrôlé de l’extérieur ; null : aucun."
  type        = string
  default     = null
}

variable "path" {
  description = "Chemin qui répond 200."
  type        = string
  default     = "/"
}
