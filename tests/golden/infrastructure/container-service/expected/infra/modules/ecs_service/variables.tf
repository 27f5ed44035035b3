variable "name" {
  description = "Name of the service and of its container, as the pipeline knows it."
  type        = string
}

variable "family" {
  description = "Name of its task definition; begins the names of its roles."
  type        = string
}

variable "account_id" {
  description = "Account, 12 digits."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "An account has 12 digits."
  }
}

variable "cluster_arn" {
  description = "Cluster it runs in."
  type        = string
}

variable "cluster_name" {
  description = "Name of that cluster."
  type        = string
}

variable "vpc_id" {
  description = "Network it lies in."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets its tasks run in."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Two subnets at least, in two zones."
  }
}

variable "public_address" {
  description = "True: tasks have public addresses, for want of a NAT gateway."
  type        = bool
  default     = false
}

variable "image" {
  description = "Image it begins with; the pipeline brings the next ones."
  type        = string
}

variable "registry_secret_arn" {
  description = "Secret with username and password of a private registry that is not ECR; null: none is needed."
  type        = string
  default     = null
}

variable "repository_arn" {
  description = "Repository of ECR it is pulled from; null: another registry."
  type        = string
  default     = null
}

variable "architecture" {
  description = "Processor the image is built for."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture must be one of X86_64, ARM64."
  }
}

variable "cpu" {
  description = "Processor of a task: 1024 is one."
  type        = number

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384."
  }
}

variable "memory" {
  description = "Memory of a task in MB."
  type        = number

  validation {
    condition     = var.memory >= var.cpu * 2 && var.memory <= max(var.cpu * 8, 2048) || var.cpu == 256 && var.memory == 512
    error_message = "Fargate offers two to eight times the processor."
  }
}

variable "least" {
  description = "Tasks that always run."
  type        = number

  validation {
    condition     = var.least >= 1 && var.least <= 1000
    error_message = "least must be from 1 to 1000."
  }
}

variable "most" {
  description = "Tasks it may grow to."
  type        = number

  validation {
    condition     = var.most >= var.least
    error_message = "There must be at least as many as always run."
  }
}

variable "spot" {
  description = "True: spare capacity, cheap, taken back at two minutes' notice."
  type        = bool
  default     = false
}

variable "port" {
  description = "Port its containers listen on; null: it answers nobody."
  type        = number
  default     = null
}

variable "health_path" {
  description = "Path that answers 200 when it is healthy."
  type        = string
  default     = "/"
}

variable "health_command" {
  description = "Command that asks its health; null: none."
  type        = list(string)
  default     = null
}

variable "paths" {
  description = "Paths that lead to it."
  type        = list(string)
  default     = ["/*"]
}

variable "priority" {
  description = "Order of its rule: the smallest is looked at first."
  type        = number
  default     = 100

  validation {
    condition     = var.priority >= 1 && var.priority <= 50000
    error_message = "priority must be from 1 to 50000."
  }
}

variable "load_balancer" {
  description = "What the internet reaches it by."
  type = object({
    listener_arn      = string
    security_group_id = string
  })
  default = null
}

variable "environment" {
  description = "Settings; no secret."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Variable to the ARN of the secret it is given."
  type        = map(string)
  default     = {}
}

variable "egress_ports" {
  description = "Ports it may reach anywhere."
  type        = list(number)
  default     = [443]
}

variable "execute_command" {
  description = "True: people with the right may open a shell in a task."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Key that encrypts."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "This must be the ARN of a key."
  }
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "log_days must be one of 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653."
  }
}
