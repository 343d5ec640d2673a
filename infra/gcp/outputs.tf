locals {
  reports_audience = regex("^https://[^/]+", var.reports_url)
  hub = {
    issuers = [{
      name      = "gcp"
      url       = "https://accounts.google.com"
      audiences = [local.reports_audience]
    }]
    access = [{
      issuer = "https://accounts.google.com"
      rules = [{
        # The number, not the name: a number is never given out again.
        subject = google_service_account.deployer.unique_id
        may     = ["report"]
        cloud   = "gcp"
      }]
    }]
    remote = {
      gcp = {
        url            = local.function_url
        audience       = local.function_url
        provider       = local.provider
        serviceAccount = google_service_account.relay.email
      }
    }
  }
}

output "hub" {
  description = "What goes under `hub` in homeostasis.yaml: who reports (issuers, access), and where the relay sends commands (remote)."
  value       = local.hub
}

output "hub_yaml" {
  description = "The same as YAML: `terraform output -raw hub_yaml`."
  value       = yamlencode({ hub = local.hub })
}

output "workloads_account" {
  description = "What deployed services run as, for whoever grants it more."
  value       = google_service_account.workloads.email
}

output "deployer_account" {
  description = "What the function runs as."
  value       = google_service_account.deployer.email
}
