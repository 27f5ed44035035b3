variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "account_id" {
  description = "Account, 12 digits."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "An account has 12 digits."
  }
}

variable "oidc_host" {
  description = "Issuer of the tokens."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "oidc_audience" {
  description = "Audience of the tokens."
  type        = string
  default     = "sts.amazonaws.com"
}

variable "subjects" {
  description = "Subjects that may take the role, in full."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.subjects : !strcontains(each, "*") && length(split(":", each)) >= 3])
    error_message = "Name each subject in full, without wildcards."
  }
}

variable "permissions" {
  description = "What it may do, and to what."
  type = list(object({
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))

  validation {
    condition     = alltrue([for each in var.permissions : !contains(each.actions, "*")])
    error_message = "Name the actions: * allows everything."
  }
}
