# What it runs as: it may read its secrets, and nothing else.
resource "google_service_account" "runtime" {
  account_id   = var.account_id
  display_name = var.account_id
  description  = "Runs ${var.name}"
}

# Its address is known before it exists: who reads the plan sees who gets what.
locals {
  email = "${google_service_account.runtime.account_id}@${var.project}.iam.gserviceaccount.com"
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = var.secrets

  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.email}"
}

resource "google_cloud_run_v2_service" "main" {
  name                = var.name
  location            = var.region
  ingress             = var.public ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" : "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = var.deletion_protection

  # People come by the load balancer alone; the address of run.app is for services of the same network, by IAM.
  default_uri_disabled = var.public
  invoker_iam_disabled = var.public

  template {
    service_account                  = local.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = var.concurrency
    timeout                          = "${var.timeout_seconds}s"

    scaling {
      min_instance_count = var.least
      max_instance_count = var.most
    }

    vpc_access {
      egress = var.all_egress ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY"

      network_interfaces {
        network    = var.network_id
        subnetwork = var.subnet_id
      }
    }

    containers {
      image = var.first_image

      ports {
        container_port = var.port
      }

      resources {
        limits = {
          cpu    = var.cpu
          memory = var.memory
        }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = var.environment_variables

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secrets

        content {
          name = env.key

          value_source {
            secret_key_ref {
              secret  = env.value
              version = "latest"
            }
          }
        }
      }

      # Two minutes to start, as in the image's own check.
      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 3
        failure_threshold = 24

        dynamic "http_get" {
          for_each = var.health_path == null ? [] : [var.health_path]

          content {
            path = http_get.value
          }
        }

        dynamic "tcp_socket" {
          for_each = var.health_path == null ? [var.port] : []

          content {
            port = tcp_socket.value
          }
        }
      }

      dynamic "liveness_probe" {
        for_each = var.health_path == null ? [] : [var.health_path]

        content {
          period_seconds    = 10
          timeout_seconds   = 5
          failure_threshold = 6

          http_get {
            path = liveness_probe.value
          }
        }
      }
    }
  }

  # Empty: the pipeline gives the traffic to its releases, and takes it back.
  dynamic "traffic" {
    for_each = var.traffic

    content {
      type     = traffic.value.revision == null ? "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" : "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
      revision = traffic.value.revision
      percent  = traffic.value.percent
      tag      = traffic.value.tag
    }
  }

  # Releases belong to the pipeline.
  lifecycle {
    ignore_changes = [
      client,
      client_version,
      template[0].containers[0].image,
      template[0].labels,
      template[0].revision,
    ]
  }

  depends_on = [google_secret_manager_secret_iam_member.reads]
}

# The job that the pipeline runs before each release, with the new image.
resource "google_cloud_run_v2_job" "migrate" {
  count = var.migrate_command == null ? 0 : 1

  name                = "${var.name}-migrate"
  location            = var.region
  deletion_protection = false

  template {
    template {
      service_account = local.email
      max_retries     = 0
      timeout         = "900s"

      vpc_access {
        egress = var.all_egress ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY"

        network_interfaces {
          network    = var.network_id
          subnetwork = var.subnet_id
        }
      }

      containers {
        image   = var.first_image
        command = ["sh"]
        args    = ["-c", var.migrate_command]

        resources {
          limits = {
            cpu    = var.cpu
            memory = var.memory
          }
        }

        dynamic "env" {
          for_each = var.environment_variables

          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = var.secrets

          content {
            name = env.key

            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [client, client_version, template[0].template[0].containers[0]]
  }

  depends_on = [google_secret_manager_secret_iam_member.reads]
}
