variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "account_id" {
  description = "Compte, 12 chiffres."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "Un compte a 12 chiffres."
  }
}

variable "oidc_host" {
  description = "Émetteur des jetons."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "oidc_audience" {
  description = "Audience des jetons."
  type        = string
  default     = "sts.amazonaws.com"
}

variable "subjects" {
  description = "Sujets qui peuvent prendre le rôle, en entier."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.subjects : !strcontains(each, "*") && length(split(":", each)) >= 3])
    error_message = "Nommez chaque sujet en entier, sans joker."
  }
}

variable "permissions" {
  description = "Ce qu’il peut faire, et à quoi."
  type = list(object({
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))

  validation {
    condition     = alltrue([for each in var.permissions : !contains(each.actions, "*")])
    error_message = "Nommez les actions : * permet tout."
  }
}
