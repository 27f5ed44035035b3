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

variable "environment_variables" {
  description = "Settings of the function; secrets go into secret_arns."
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = "Secrets the function may read."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.secret_arns : startswith(each, "arn:aws:secretsmanager:")])
    error_message = "Each must be the ARN of a secret."
  }
}
