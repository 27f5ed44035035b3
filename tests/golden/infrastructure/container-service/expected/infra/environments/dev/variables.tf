variable "alert_emails" {
  description = "Mail addresses that get the alarms."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.alert_emails : strcontains(each, "@")])
    error_message = "Each must be a mail address."
  }
}

variable "deploy_subjects" {
  description = "Subjects of the pipeline's tokens that may deploy here."
  type        = list(string)

  validation {
    condition     = length(var.deploy_subjects) > 0
    error_message = "Somebody must be able to deploy."
  }
}

variable "images" {
  description = "Service to the image it begins with."
  type        = map(string)

  validation {
    condition     = alltrue([for each in values(var.images) : can(regex("^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+[:@]", each))])
    error_message = "Each must be an address with a tag or a digest, for example ghcr.io/acme/orders:sha-1."
  }
}

variable "registry_secret_arn" {
  description = "Secret with username and password of a private registry that is not ECR; null: none is needed."
  type        = string
  default     = null
}

variable "settings" {
  description = "Service to settings that differ here; no secret."
  type        = map(map(string))
  default     = {}
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
