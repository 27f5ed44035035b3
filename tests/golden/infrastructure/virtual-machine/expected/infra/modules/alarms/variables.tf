variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "topic_arn" {
  description = "Sujet où vont les alarmes."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:sns:", var.topic_arn))
    error_message = "Ce doit être l’ARN d’un sujet."
  }
}

variable "alarms" {
  description = "Du nom à la métrique, au seuil et à la durée."
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
  description = "Région ; null : celle du provider."
  type        = string
  default     = null
}
