resource "azurerm_storage_account" "function" {
  name                            = "${substr(replace(var.name, "-", ""), 0, 18)}${local.suffix}"
  resource_group_name             = local.group
  location                        = var.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  shared_access_key_enabled       = false
  default_to_oauth_authentication = true
  allow_nested_items_to_be_public = false
  tags                            = local.tags
}

resource "azurerm_storage_container" "package" {
  name                  = "package"
  storage_account_id    = azurerm_storage_account.function.id
  container_access_type = "private"
}

# The host keeps its locks and the package there. Source: learn.microsoft.com/azure/azure-functions/functions-reference,
# "Connecting to host storage with an identity".
resource "azurerm_role_assignment" "host_storage" {
  scope                = azurerm_storage_account.function.id
  role_definition_name = "Storage Blob Data Owner"
  principal_id         = azurerm_user_assigned_identity.deployer.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_role_assignment" "telemetry" {
  scope                = azurerm_application_insights.function.id
  role_definition_name = "Monitoring Metrics Publisher"
  principal_id         = azurerm_user_assigned_identity.deployer.principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_service_plan" "function" {
  name                = "${var.name}-deployer"
  resource_group_name = local.group
  location            = var.location
  os_type             = "Linux"
  # Flex Consumption: the one plan that scales to nothing and has the newest Node.
  sku_name = "FC1"
  tags     = local.tags
}

resource "azurerm_function_app_flex_consumption" "deployer" {
  name                = "${var.name}-deployer-${local.suffix}"
  resource_group_name = local.group
  location            = var.location
  service_plan_id     = azurerm_service_plan.function.id

  storage_container_type            = "blobContainer"
  storage_container_endpoint        = "${azurerm_storage_account.function.primary_blob_endpoint}${azurerm_storage_container.package.name}"
  storage_authentication_type       = "UserAssignedIdentity"
  storage_user_assigned_identity_id = azurerm_user_assigned_identity.deployer.id

  runtime_name           = "node"
  runtime_version        = var.node_version
  maximum_instance_count = var.maximum_instances
  instance_memory_in_mb  = var.instance_memory_mb
  https_only             = true
  # No user name and password for uploads: `az` brings a token.
  webdeploy_publish_basic_authentication_enabled = false
  tags                                           = local.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.deployer.id]
  }

  site_config {
    minimum_tls_version                    = "1.2"
    scm_minimum_tls_version                = "1.2"
    http2_enabled                          = true
    application_insights_connection_string = azurerm_application_insights.function.connection_string
  }

  # Nothing reaches the function that Entra has not vouched for: its own audience, and the relay's identity only.
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    require_https          = true
    unauthenticated_action = "Return401"

    active_directory_v2 {
      client_id            = azuread_application_registration.deployer.client_id
      tenant_auth_endpoint = "https://login.microsoftonline.com/${local.tenant}/v2.0"
      allowed_audiences    = [azuread_application_registration.deployer.client_id, azuread_application_identifier_uri.deployer.identifier_uri]
      allowed_applications = [azurerm_user_assigned_identity.relay.client_id]
      allowed_identities   = [azurerm_user_assigned_identity.relay.principal_id]
    }

    login {
      token_store_enabled = false
    }
  }

  app_settings = merge(local.deployer_settings, {
    AzureWebJobsStorage__accountName          = azurerm_storage_account.function.name
    AzureWebJobsStorage__credential           = "managedidentity"
    AzureWebJobsStorage__clientId             = azurerm_user_assigned_identity.deployer.client_id
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=${azurerm_user_assigned_identity.deployer.client_id};Authorization=AAD"
  })

  depends_on = [azurerm_role_assignment.host_storage]
}

# What services/deployer-azure/settings-from.ts and shared/adapters/federation read; infra/azure.test.ts holds them together.
locals {
  deployer_settings = { for name, value in {
    # Which of an app's identities the SDK signs in as.
    AZURE_CLIENT_ID                       = azurerm_user_assigned_identity.deployer.client_id
    HOMEOSTASIS_AZURE_TENANT              = local.tenant
    HOMEOSTASIS_AZURE_SUBSCRIPTION        = var.subscription_id
    HOMEOSTASIS_AZURE_RESOURCE_GROUP      = local.group
    HOMEOSTASIS_AZURE_REGIONS             = join(",", var.regions)
    HOMEOSTASIS_AZURE_CREATE_ENVIRONMENTS = tostring(var.create_environments)
    HOMEOSTASIS_AZURE_KEY_VAULT_URL       = local.key_vault_url
    HOMEOSTASIS_AZURE_REGISTRIES          = length(local.registries) == 0 ? null : join(",", local.registries)
    HOMEOSTASIS_AZURE_IDENTITY            = local.workloads_need_identity ? azurerm_user_assigned_identity.workloads[0].id : null
    # Easy Auth stands before the function; the function looks at the token itself all the same.
    HOMEOSTASIS_CALLER           = azurerm_user_assigned_identity.relay.client_id
    HOMEOSTASIS_CALLER_ISSUER    = "https://login.microsoftonline.com/${local.tenant}/v2.0"
    HOMEOSTASIS_CALLER_AUDIENCE  = azuread_application_registration.deployer.client_id
    HOMEOSTASIS_REPORTS_URL      = var.reports_url
    HOMEOSTASIS_REPORTS_AUDIENCE = azuread_application_identifier_uri.hub.identifier_uri
  } : name => value if value != null }
}

# Uploaded by the one documented way for this plan, one deploy. The provider's own upload would need a password.
resource "terraform_data" "package" {
  count            = var.publish ? 1 : 0
  triggers_replace = [azurerm_function_app_flex_consumption.deployer.id, filesha256(var.package)]

  provisioner "local-exec" {
    command = "az functionapp deployment source config-zip --subscription \"$SUBSCRIPTION\" --resource-group \"$GROUP\" --name \"$APP\" --src \"$PACKAGE\""
    environment = {
      SUBSCRIPTION = var.subscription_id
      GROUP        = local.group
      APP          = azurerm_function_app_flex_consumption.deployer.name
      PACKAGE      = var.package
    }
  }
}
