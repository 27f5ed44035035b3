variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "vpc_id" {
  description = "Network it lies in."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets, one a zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Two subnets at least, in two zones."
  }
}

variable "certificate_arn" {
  description = "Certificate, in its region."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:acm:", var.certificate_arn))
    error_message = "This must be the ARN of a certificate."
  }
}

variable "log_bucket" {
  description = "Bucket that gets the access logs."
  type        = string
}

variable "web_acl_arn" {
  description = "Firewall before it (WAF), in its region; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null || can(regex("^arn:aws:wafv2:[a-z0-9-]+:[0-9]{12}:regional/", var.web_acl_arn))
    error_message = "This must be the ARN of a regional firewall (WAF)."
  }
}

variable "idle_seconds" {
  description = "Seconds after which a silent connection is closed."
  type        = number
  default     = 60

  validation {
    condition     = var.idle_seconds >= 1 && var.idle_seconds <= 4000
    error_message = "idle_seconds must be from 1 to 4000."
  }
}
