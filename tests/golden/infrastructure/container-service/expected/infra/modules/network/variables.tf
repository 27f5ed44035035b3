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

variable "cidr" {
  description = "Addresses of the network."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "Write a network, for example 10.16.0.0/16."
  }
}

variable "zones" {
  description = "Availability zone to the addresses of its subnets."
  type = map(object({
    public  = string
    private = string
    data    = string
  }))

  validation {
    condition     = length(var.zones) >= 2
    error_message = "Two zones at least: load balancers and databases ask for them."
  }
}

variable "nat_gateways" {
  description = "NAT gateways: one a zone, one for all, or 0: then what runs has public addresses of its own."
  type        = number

  validation {
    condition     = var.nat_gateways >= 0 && var.nat_gateways <= 4
    error_message = "nat_gateways must be from 0 to 4."
  }
}

variable "endpoints" {
  description = "Services of AWS that are reached without leaving the network."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.endpoints : can(regex("^[a-z0-9.-]+$", each))])
    error_message = "Each must be the name of a service, for example ecr.api."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "This must be the ARN of a key."
  }
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "log_days must be one of 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653."
  }
}
