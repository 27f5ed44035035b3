variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "services" {
  description = "Services qui peuvent utiliser la clé pour les choses de ce compte."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.services : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com$", each))])
    error_message = "Chacun doit être un service, par exemple cloudwatch.amazonaws.com."
  }
}

variable "region" {
  description = "Région ; null : celle du provider."
  type        = string
  default     = null
}
