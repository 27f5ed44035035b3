variable "zone_name" {
  description = "Domaine de la zone, par exemple example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone_name))
    error_message = "Ce doit être un domaine, sans https://."
  }
}

variable "create_zone" {
  description = "Créer la zone au lieu de la trouver."
  type        = bool
  default     = false
}

variable "aliases" {
  description = "Du nom d’hôte à ce qui répond."
  type = map(object({
    target       = string
    zone_id      = string
    check_health = optional(bool, false)
  }))
  default = {}
}

variable "addresses" {
  description = "Nom d’hôte vers l’adresse d’une machine."
  type        = map(string)
  default     = {}
}
