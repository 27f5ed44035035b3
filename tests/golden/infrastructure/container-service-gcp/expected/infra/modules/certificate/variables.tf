variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "domain_name" {
  description = "Host name people use."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "This must be a host name, without https://."
  }
}
