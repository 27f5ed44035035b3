variable "project" {
  description = "Project, by its id."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "This must be the id of a project, not its number."
  }
}

variable "region" {
  description = "Region, for example europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "This must be a region, not a zone."
  }
}

variable "services" {
  description = "Services of Google Cloud that the project uses."
  type        = list(string)
}

variable "audited_services" {
  description = "Services whose readings and writings of data are logged."
  type        = list(string)
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number

  validation {
    condition     = var.log_days >= 1 && var.log_days <= 3650
    error_message = "log_days must be from 1 to 3650."
  }
}

variable "oidc_host" {
  description = "Issuer of the pipeline's tokens."
  type        = string
  default     = "token.actions.githubusercontent.com"
}

variable "repository" {
  description = "Repository whose pipeline is believed, by its path."
  type        = string

  validation {
    condition     = can(regex("^[\\w.-]+(/[\\w.-]+)+$", var.repository))
    error_message = "Write OWNER/REPOSITORY."
  }
}

variable "repository_id" {
  description = "Its number, which no other repository can ever have; null: its path alone is looked at."
  type        = string
  default     = null

  validation {
    condition     = var.repository_id == null || can(regex("^[0-9]+$", var.repository_id))
    error_message = "This must be a number."
  }
}

variable "default_branch" {
  description = "Branch that is deployed."
  type        = string
  default     = "main"
}

variable "environments" {
  description = "Environments whose jobs are believed here."
  type        = list(string)
}

variable "plan_attributes" {
  description = "Which jobs may plan, by what their tokens say."
  type        = list(string)

  validation {
    condition     = length(var.plan_attributes) > 0
    error_message = "Somebody must be able to plan."
  }
}

variable "plan_roles" {
  description = "What who plans may look at."
  type        = list(string)
}

variable "create_registry" {
  description = "True in the one project that keeps the images."
  type        = bool
}

variable "push_attributes" {
  description = "Which jobs may push images, by what their tokens say."
  type        = list(string)
}
