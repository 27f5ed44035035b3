variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
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

variable "users" {
  description = "Qui chiffre et déchiffre avec elle."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.users : startswith(each, "serviceAccount:")])
    error_message = "Chacun doit être un compte de service, en tant que membre : serviceAccount:…"
  }
}
