variable "name" {
  description = "Begins the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "project" {
  description = "Project, by its id."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "This must be the id of a project, not its number."
  }
}

variable "emails" {
  description = "Mail addresses that get the alarms."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[a-z]+$", each))])
    error_message = "Each must be a mail address."
  }
}

variable "policies" {
  description = "Name to query and how long it must answer something."
  type = map(object({
    description = string
    query       = string
    minutes     = optional(number, 5)
    severity    = optional(string, "ERROR")
  }))

  validation {
    condition     = alltrue([for each in var.policies : contains(["CRITICAL", "ERROR", "WARNING"], each.severity)])
    error_message = "severity must be CRITICAL, ERROR or WARNING."
  }
}

variable "host" {
  description = "Host name that is checked from outside; null: none."
  type        = string
  default     = null
}

variable "path" {
  description = "Path that answers 200."
  type        = string
  default     = "/"
}
