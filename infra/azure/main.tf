locals {
  tenant = data.azurerm_client_config.current.tenant_id
  group  = var.create_resource_group ? azurerm_resource_group.ours[0].name : data.azurerm_resource_group.given[0].name
  # Read from what exists either way, so that a group that is missing is told before anything is made.
  group_id = var.create_resource_group ? azurerm_resource_group.ours[0].id : data.azurerm_resource_group.given[0].id
  tags     = merge({ managed-by = "terraform", homeostasis = var.name }, var.tags)
  # Storage accounts and function apps share their names with everybody: the subscription makes them ours.
  suffix = substr(sha256(var.subscription_id), 0, 6)
}

resource "azurerm_resource_group" "ours" {
  count    = var.create_resource_group ? 1 : 0
  name     = var.resource_group_name
  location = var.location
  tags     = local.tags
}

data "azurerm_resource_group" "given" {
  count = var.create_resource_group ? 0 : 1
  name  = var.resource_group_name
}

resource "azurerm_log_analytics_workspace" "logs" {
  name                = "${var.name}-logs"
  resource_group_name = local.group
  location            = var.location
  sku                 = "PerGB2018"
  retention_in_days   = var.log_retention_days
  daily_quota_gb      = var.log_daily_gb
  tags                = local.tags
}

resource "azurerm_application_insights" "function" {
  name                          = "${var.name}-deployer"
  resource_group_name           = local.group
  location                      = var.location
  workspace_id                  = azurerm_log_analytics_workspace.logs.id
  application_type              = "Node.JS"
  local_authentication_disabled = true
  tags                          = local.tags
}
