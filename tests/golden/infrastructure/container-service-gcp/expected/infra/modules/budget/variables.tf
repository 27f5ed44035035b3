variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "billing_account" {
  description = "Billing account that pays, 000000-000000-000000; null: no budget is made."
  type        = string
  default     = null

  validation {
    condition     = var.billing_account == null || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "A billing account looks like 012345-6789AB-CDEF01."
  }
}

variable "project_number" {
  description = "Project whose cost counts, by its number."
  type        = string
}

variable "service" {
  description = "Value of the label service whose cost counts."
  type        = string
}

variable "monthly" {
  description = "Limit a month, in the currency of the billing account."
  type        = number

  validation {
    condition     = var.monthly >= 1 && var.monthly <= 1000000
    error_message = "monthly must be from 1 to 1000000."
  }
}

variable "channels" {
  description = "Notification channels that are told."
  type        = list(string)
}
