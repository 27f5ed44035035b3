variable "dns_zone" {
  description = "Nom de cette zone dans Cloud DNS."
  type        = string
}

variable "dns_project" {
  description = "Projet de la zone ; null : celui-ci."
  type        = string
  default     = null
}

variable "egress_ports" {
  description = "Ports TCP d’Internet qui peuvent être joints."
  type        = list(string)
  default     = ["443"]
}

variable "billing_account" {
  description = "Compte de facturation qui paie ; null : aucun budget n’est créé."
  type        = string
  default     = null
}

variable "alert_emails" {
  description = "Adresses qui reçoivent les alarmes."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", each))])
    error_message = "Chacune doit être une adresse de courriel."
  }
}

variable "password_version" {
  description = "Augmentez-la d’un pour un autre mot de passe."
  type        = number
  default     = 1

  validation {
    condition     = var.password_version >= 1 && var.password_version <= 10000
    error_message = "password_version doit être de 1 à 10000."
  }
}

variable "authorized_networks" {
  description = "Réseaux qui joignent le plan de contrôle par son adresse ; aucun : par son nom seul."
  type = list(object({
    name = string
    cidr = string
  }))
  default = []

  validation {
    condition     = alltrue([for each in var.authorized_networks : can(cidrhost(each.cidr, 0)) && each.cidr != "0.0.0.0/0"])
    error_message = "Chacun doit être une plage d’adresses, et pas tout Internet."
  }
}

variable "dns_endpoint" {
  description = "Vrai : son nom se joint aussi de l’extérieur ; IAM décide par qui."
  type        = bool
  default     = true
}
