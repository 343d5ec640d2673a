locals {
  labels = merge({ managed-by = "terraform", homeostasis = var.name }, var.labels)
  number = data.google_project.current.number
}

resource "google_project_service" "used" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "sts.googleapis.com",
  ])
  service = each.value
  # Somebody else in the project may use them too.
  disable_on_destroy = false
}
