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
