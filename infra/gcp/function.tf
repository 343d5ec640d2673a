resource "google_storage_bucket" "source" {
  name                        = "${var.project}-${var.name}-source"
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true
  labels                      = local.labels

  lifecycle_rule {
    condition {
      num_newer_versions = 3
    }
    action {
      type = "Delete"
    }
  }

  versioning {
    enabled = true
  }
}

resource "google_storage_bucket_object" "source" {
  bucket = google_storage_bucket.source.name
  # A new name for new content: that is what makes the function be built again.
  name   = "deployer-${filesha256(var.package)}.zip"
  source = var.package
}

resource "google_cloudfunctions2_function" "deployer" {
  name        = local.function_name
  location    = var.location
  description = "Homeostasis: deploys to Cloud Run what the hub commands"
  labels      = local.labels

  build_config {
    runtime         = "nodejs24"
    entry_point     = "deployer"
    service_account = google_service_account.builder.id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.source.name
      }
    }
  }

  service_config {
    service_account_email = google_service_account.deployer.email
    # It is called from another cloud; who may call it is IAM's to say, and IAM asks every caller.
    ingress_settings                 = "ALLOW_ALL"
    min_instance_count               = 0
    max_instance_count               = var.maximum_instances
    max_instance_request_concurrency = var.concurrency
    available_memory                 = "512Mi"
    available_cpu                    = "1"
    # The relay gives up after 25 s and sends again.
    timeout_seconds       = 60
    environment_variables = local.deployer_environment
  }

  depends_on = [google_project_service.used, google_project_iam_member.builder]
}

# What services/deployer-gcp/environment.ts and shared/adapters/federation read; infra/gcp.test.ts holds them together.
locals {
  # Known before the function is made, which has to be told it: the other form of its address has letters drawn by chance.
  function_name = "${var.name}-deployer"
  function_url  = "https://${local.function_name}-${local.number}.${var.location}.run.app"
  deployer_environment = { for name, value in {
    HOMEOSTASIS_GCP_PROJECT             = var.project
    HOMEOSTASIS_GCP_REGIONS             = join(",", var.regions)
    HOMEOSTASIS_GCP_SERVICE_ACCOUNT     = google_service_account.workloads.email
    HOMEOSTASIS_GCP_PUBLIC              = tostring(var.public)
    HOMEOSTASIS_GCP_REMOTE_REPOSITORIES = length(var.remote_repositories) == 0 ? null : join(",", [for host, path in var.remote_repositories : "${host}=${path}"])
    # IAM stands before the function; the function looks at the token itself all the same.
    HOMEOSTASIS_CALLER           = google_service_account.relay.email
    HOMEOSTASIS_CALLER_ISSUER    = "https://accounts.google.com"
    HOMEOSTASIS_CALLER_AUDIENCE  = local.function_url
    HOMEOSTASIS_REPORTS_URL      = var.reports_url
    HOMEOSTASIS_REPORTS_AUDIENCE = local.reports_audience
  } : name => value if value != null }
}
