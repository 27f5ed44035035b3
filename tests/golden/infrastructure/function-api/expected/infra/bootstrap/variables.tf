variable "region" {
  description = "Region of the state."
  type        = string
}

variable "account_id" {
  description = "Account this must be, 12 digits; null: whichever the credentials belong to."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^\\d{12}$", var.account_id))
    error_message = "An account has 12 digits."
  }
}

variable "oidc_host" {
  description = "Issuer of the pipeline's tokens."
  type        = string
  default     = "gitlab.com"
}

variable "oidc_audience" {
  description = "Audience of the tokens."
  type        = string
  default     = "sts.amazonaws.com"
}

variable "create_oidc_provider" {
  description = "False where the account already trusts the issuer."
  type        = bool
  default     = true
}

variable "plan_subjects" {
  description = "Subjects of the pipeline's tokens that may plan."
  type        = list(string)

  validation {
    condition     = length(var.plan_subjects) > 0
    error_message = "Somebody must be able to plan."
  }
}
