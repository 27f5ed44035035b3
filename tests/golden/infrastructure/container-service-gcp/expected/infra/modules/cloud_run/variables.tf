variable "name" {
  description = "Name of the service."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,47}[a-z0-9]$", var.name))
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

variable "region" {
  description = "Region, for example europe-west9."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "This must be a region, not a zone."
  }
}

variable "account_id" {
  description = "Name of the service account it runs as."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.account_id))
    error_message = "6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "public" {
  description = "True: the load balancer reaches it; false: the network alone."
  type        = bool
}

variable "port" {
  description = "Port it listens on."
  type        = number
  default     = 8080

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "port must be from 1 to 65535."
  }
}

variable "health_path" {
  description = "Path that answers 200 when it is healthy; null: the port is asked."
  type        = string
  default     = null
}

variable "first_image" {
  description = "Image it runs until the first release."
  type        = string
  default     = "us-docker.pkg.dev/cloudrun/container/hello"
}

variable "cpu" {
  description = "Processors."
  type        = string
  default     = "1"

  validation {
    condition     = contains(["1", "2", "4", "8"], var.cpu)
    error_message = "cpu must be one of 1, 2, 4, 8."
  }
}

variable "memory" {
  description = "Memory."
  type        = string
  default     = "512Mi"

  validation {
    condition     = can(regex("^[0-9]+(Mi|Gi)$", var.memory))
    error_message = "Write 512Mi or 2Gi."
  }
}

variable "concurrency" {
  description = "Requests an instance answers at the same time."
  type        = number
  default     = 80

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000
    error_message = "concurrency must be from 1 to 1000."
  }
}

variable "timeout_seconds" {
  description = "Seconds after which a request is given up."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 3600
    error_message = "timeout_seconds must be from 1 to 3600."
  }
}

variable "least" {
  description = "Instances that always run."
  type        = number

  validation {
    condition     = var.least >= 0 && var.least <= 1000
    error_message = "least must be from 0 to 1000."
  }
}

variable "most" {
  description = "Instances that may run."
  type        = number

  validation {
    condition     = var.most >= 1 && var.most <= 1000
    error_message = "most must be from 1 to 1000."
  }
}

variable "network_id" {
  description = "Network it lies in."
  type        = string
}

variable "subnet_id" {
  description = "Subnet it lies in."
  type        = string
}

variable "all_egress" {
  description = "True: everything leaves by the network and its NAT."
  type        = bool
}

variable "environment_variables" {
  description = "Settings; secrets go into secrets."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Variable to the secret whose newest version it gets."
  type        = map(string)
  default     = {}
}

variable "migrate_command" {
  description = "Command that migrates the database; null: there is none."
  type        = string
  default     = null
}

variable "traffic" {
  description = "Who gets which part of the traffic; empty: the pipeline decides."
  type = list(object({
    revision = optional(string)
    percent  = number
    tag      = optional(string)
  }))
  default = []

  validation {
    condition     = contains([0, 100], sum(concat([0], [for each in var.traffic : each.percent])))
    error_message = "The parts must make 100."
  }
}

variable "deletion_protection" {
  description = "True: Google Cloud itself refuses to delete it."
  type        = bool
  default     = true
}
