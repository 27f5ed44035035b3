variable "name" {
  description = "Commence le nom de tout."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,50}$", var.name))
    error_message = "Utilisez minuscules, chiffres et tirets."
  }
}

variable "environment" {
  description = "Environment, as deploy.sh knows it."
  type        = string
}

variable "account_id" {
  description = "Compte, 12 chiffres."
  type        = string

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "Un compte a 12 chiffres."
  }
}

variable "vpc_id" {
  description = "Réseau où il se trouve."
  type        = string
}

variable "network" {
  description = "Adresses du réseau."
  type        = string
}

variable "subnet_id" {
  description = "Subnet it stands in."
  type        = string
}

variable "zone" {
  description = "Availability zone of that subnet, and of its volume."
  type        = string
}

variable "public_address" {
  description = "True: it goes out by an address of its own, for want of a NAT gateway."
  type        = bool
}

variable "instance_type" {
  description = "Size of the machine; changing it makes the machine again."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+\\.[a-z0-9]+$", var.instance_type))
    error_message = "Write FAMILY.SIZE, for example t3.small."
  }
}

variable "root_gb" {
  description = "Disk of the system in GB; nothing on it lasts."
  type        = number
  default     = 20

  validation {
    condition     = var.root_gb >= 10 && var.root_gb <= 1000
    error_message = "root_gb doit être de 10 à 1000."
  }
}

variable "data_gb" {
  description = "Volume of the data in GB; it can only grow, the file system by hand."
  type        = number

  validation {
    condition     = var.data_gb >= 8 && var.data_gb <= 16384
    error_message = "data_gb doit être de 8 à 16384."
  }
}

variable "backup_days" {
  description = "Snapshots that are kept, one a night."
  type        = number

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 365
    error_message = "backup_days doit être de 1 à 365."
  }
}

variable "domain_name" {
  description = "Host name people use; _: nobody does."
  type        = string
  default     = "_"
}

variable "routes" {
  description = "Path to the port of this machine that answers for it."
  type        = map(number)
  default     = {}
}

variable "health_path" {
  description = "Chemin qui répond 200 quand il est en bonne santé."
  type        = string
  default     = "/"
}

variable "load_balancer" {
  description = "What stands before it; null: it answers itself."
  type = object({
    listener_arn      = string
    security_group_id = string
  })
  default = null
}

variable "files_bucket" {
  description = "Bucket with the folder deploy of the repository."
  type        = string
}

variable "files_bucket_arn" {
  description = "ARN of that bucket."
  type        = string
}

variable "secrets" {
  description = "Variable of compose.yaml to the ARN of its secret."
  type        = map(string)
  default     = {}
}

variable "registry" {
  description = "Host of the registry, for signing in."
  type        = string
  default     = "ghcr.io"
}

variable "registry_secret_arn" {
  description = "Secret avec username et password d’un registre privé qui n’est pas ECR ; null : il n’en faut pas."
  type        = string
  default     = null
}

variable "repository_arns" {
  description = "Repositories of ECR it pulls from."
  type        = list(string)
  default     = []
}

variable "egress_ports" {
  description = "Ports qu’il peut atteindre partout."
  type        = list(number)
  default     = [80, 443]
}

variable "kms_key_arn" {
  description = "Clé qui chiffre."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:kms:", var.kms_key_arn))
    error_message = "Ce doit être l’ARN d’une clé."
  }
}

variable "log_days" {
  description = "Jours de conservation des journaux."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "log_days doit être l’un de 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653."
  }
}
