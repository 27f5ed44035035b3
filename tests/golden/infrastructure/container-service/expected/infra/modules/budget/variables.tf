variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "service" {
  description = "Value of the tag service whose cost counts."
  type        = string
}

variable "monthly_usd" {
  description = "Limit a month in USD."
  type        = number

  validation {
    condition     = var.monthly_usd >= 1 && var.monthly_usd <= 1000000
    error_message = "monthly_usd must be from 1 to 1000000."
  }
}

variable "topic_arn" {
  description = "Topic that alarms go to."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:sns:", var.topic_arn))
    error_message = "This must be the ARN of a topic."
  }
}
