variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
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

variable "alarms" {
  description = "Name to metric, threshold and how long it must last."
  type = map(object({
    description = string
    namespace   = string
    metric      = string
    dimensions  = map(string)
    threshold   = number
    statistic   = optional(string, "Sum")
    comparison  = optional(string, "GreaterThanThreshold")
    period      = optional(number, 60)
    periods     = optional(number, 5)
    missing     = optional(string, "notBreaching")
  }))
}

variable "region" {
  description = "Region; null: the provider's."
  type        = string
  default     = null
}
