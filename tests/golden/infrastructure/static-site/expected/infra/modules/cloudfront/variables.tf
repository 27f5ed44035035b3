variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
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

variable "origin_domain_name" {
  description = "Where the bucket is read."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate, in us-east-1."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:acm:us-east-1:", var.certificate_arn))
    error_message = "CloudFront takes certificates of us-east-1 only."
  }
}

variable "log_bucket_arn" {
  description = "Bucket that gets the access logs."
  type        = string
}

variable "single_page" {
  description = "True: every path gets index.html, the application routes."
  type        = bool
  default     = false
}

variable "content_security_policy" {
  description = "What a page may load."
  type        = string
  default     = "default-src 'self'; frame-ancestors 'none'"
}

variable "price_class" {
  description = "Which of the edges serve it."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be one of PriceClass_100, PriceClass_200, PriceClass_All."
  }
}

variable "web_acl_arn" {
  description = "Firewall before it (WAF); null: none."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null || can(regex("^arn:aws:wafv2:us-east-1:", var.web_acl_arn))
    error_message = "Firewalls of CloudFront lie in us-east-1."
  }
}
