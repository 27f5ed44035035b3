variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Region, for example europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "This must be a region, not a zone."
  }
}

variable "subnet_cidr" {
  description = "Addresses of what runs."
  type        = string

  validation {
    condition     = can(cidrhost(var.subnet_cidr, 0)) && tonumber(split("/", var.subnet_cidr)[1]) <= 26
    error_message = "subnet_cidr must be a range of addresses, /26 or larger."
  }
}

variable "private_services_cidr" {
  description = "Addresses of Google's services, databases among them."
  type        = string

  validation {
    condition     = can(cidrhost(var.private_services_cidr, 0)) && tonumber(split("/", var.private_services_cidr)[1]) <= 24
    error_message = "private_services_cidr must be a range of addresses, /24 or larger."
  }
}

variable "nat" {
  description = "True: what runs reaches the internet by NAT."
  type        = bool
  default     = true
}

variable "egress_ports" {
  description = "TCP ports of the internet that may be reached."
  type        = list(string)
  default     = ["443"]

  validation {
    condition     = alltrue([for each in var.egress_ports : can(regex("^[0-9]+(-[0-9]+)?$", each))])
    error_message = "Each must be a port or a range of ports."
  }
}

variable "flow_sampling" {
  description = "Part of the flows that is logged."
  type        = number
  default     = 0.5

  validation {
    condition     = var.flow_sampling >= 0 && var.flow_sampling <= 1
    error_message = "flow_sampling must be from 0 to 1."
  }
}
