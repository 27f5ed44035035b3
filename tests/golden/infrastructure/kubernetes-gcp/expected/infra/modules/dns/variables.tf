variable "zone_name" {
  description = "Domaine de la zone, par exemple example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "Ce doit être un domaine, sans https://."
  }
}

variable "zone" {
  description = "Nom de la zone dans Cloud DNS, par exemple example-com."
  type        = string
}

variable "zone_project" {
  description = "Projet de la zone ; null : celui-ci."
  type        = string
  default     = null
}

variable "create_zone" {
  description = "Créer la zone au lieu de la trouver."
  type        = bool
  default     = false
}

variable "records" {
  description = "Ce qui y est écrit."
  type = map(object({
    name   = string
    type   = string
    values = list(string)
  }))
  default = {}
}
