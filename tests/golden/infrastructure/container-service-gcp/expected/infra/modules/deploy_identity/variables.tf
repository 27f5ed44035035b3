variable "project" {
  description = "Project, by its id."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "This must be the id of a project, not its number."
  }
}

variable "project_number" {
  description = "The project's number."
  type        = string
}

variable "account_id" {
  description = "Name of the service account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.account_id))
    error_message = "6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "description" {
  description = "What it is for."
  type        = string
}

variable "pool" {
  description = "Workload identity pool that knows the pipeline."
  type        = string
}

variable "attributes" {
  description = "Which jobs may become it, by what their tokens say: attribute.environment/prod."
  type        = list(string)

  validation {
    condition     = alltrue([for each in var.attributes : can(regex("^attribute\\.[a-z_]+/[^*]+$", each))]) && length(var.attributes) > 0
    error_message = "Name each as attribute.NAME/VALUE, without wildcards."
  }
}

variable "project_roles" {
  description = "Roles in the whole project."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.project_roles : !contains(["roles/owner", "roles/editor", "roles/viewer"], each)])
    error_message = "A basic role allows too much: name what is needed."
  }
}
