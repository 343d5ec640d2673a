# What services/deployer-azure/azure-api.ts calls, and nothing else; infra/azure.test.ts holds the two together.
# Source of the names: Azure permissions for Containers (learn.microsoft.com/azure/role-based-access-control/permissions/containers).
locals {
  deployer_actions = concat([
    "Microsoft.App/containerApps/read",
    "Microsoft.App/containerApps/write",
    "Microsoft.App/containerApps/delete",
    "Microsoft.App/containerApps/revisions/read",
    "Microsoft.App/containerApps/revisions/replicas/read",
    "Microsoft.App/managedEnvironments/read",
    # An app is put into an environment.
    "Microsoft.App/managedEnvironments/join/action",
    "Microsoft.ContainerInstance/containerGroups/read",
    "Microsoft.ContainerInstance/containerGroups/write",
    "Microsoft.ContainerInstance/containerGroups/delete",
    "Microsoft.ContainerInstance/containerGroups/stop/action",
  ], var.create_environments ? ["Microsoft.App/managedEnvironments/write"] : [])
}

resource "azurerm_role_definition" "deployer" {
  name              = "${var.name}-deployer-${local.suffix}"
  description       = "What the Homeostasis deployer calls in its resource group"
  scope             = local.group_id
  assignable_scopes = [local.group_id]

  permissions {
    actions = local.deployer_actions
  }
}

resource "azurerm_role_assignment" "deployer" {
  scope              = local.group_id
  role_definition_id = azurerm_role_definition.deployer.role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.deployer.principal_id
  principal_type     = "ServicePrincipal"
}

# A write is answered with the address of its operation, which lies outside of every resource group. The client looks there once.
resource "azurerm_role_definition" "operations" {
  count             = var.operation_reads ? 1 : 0
  name              = "${var.name}-operations-${local.suffix}"
  description       = "Look at operations of Container Apps and Container Instances"
  scope             = "/subscriptions/${var.subscription_id}"
  assignable_scopes = ["/subscriptions/${var.subscription_id}"]

  permissions {
    actions = [
      "Microsoft.App/locations/containerappOperationStatuses/read",
      "Microsoft.App/locations/containerappOperationResults/read",
      "Microsoft.App/locations/managedEnvironmentOperationStatuses/read",
      "Microsoft.ContainerInstance/locations/operations/read",
    ]
  }
}

resource "azurerm_role_assignment" "operations" {
  count              = var.operation_reads ? 1 : 0
  scope              = "/subscriptions/${var.subscription_id}"
  role_definition_id = azurerm_role_definition.operations[0].role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.deployer.principal_id
  principal_type     = "ServicePrincipal"
}

# Metrics of many resources at once are read under the subscription. Source: learn.microsoft.com/azure/azure-monitor/essentials/migrate-to-batch-api,
# "User authorization": Monitoring Reader for the queried subscription.
resource "azurerm_role_assignment" "metrics" {
  count                = var.metrics_reads ? 1 : 0
  scope                = "/subscriptions/${var.subscription_id}"
  role_definition_name = "Monitoring Reader"
  principal_id         = azurerm_user_assigned_identity.deployer.principal_id
  principal_type       = "ServicePrincipal"
}

# Giving an identity to a workload is a permission on the identity.
resource "azurerm_role_definition" "assign" {
  count             = local.workloads_need_identity ? 1 : 0
  name              = "${var.name}-assign-${local.suffix}"
  description       = "Give workloads the identity that is made for them"
  scope             = local.group_id
  assignable_scopes = [local.group_id]

  permissions {
    actions = [
      "Microsoft.ManagedIdentity/userAssignedIdentities/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    ]
  }
}

resource "azurerm_role_assignment" "assign" {
  count              = local.workloads_need_identity ? 1 : 0
  scope              = azurerm_user_assigned_identity.workloads[0].id
  role_definition_id = azurerm_role_definition.assign[0].role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.deployer.principal_id
  principal_type     = "ServicePrincipal"
}
