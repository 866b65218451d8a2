namespace Buildify.Events.Platform;

/// <summary>The platform has a new tenant.</summary>
/// <param name="TenantId">The tenant's slug.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.tenant.created")]
public sealed record TenantCreated(string TenantId, string DisplayName, string Actor) : IEvent;

/// <summary>A tenant is called otherwise, or has another owner. Whose address it is, no event says.</summary>
/// <param name="TenantId">The tenant's slug.</param>
/// <param name="DisplayName">As it is now.</param>
/// <param name="Changed">The fields of the tenant that are not as before, as <c>display_name</c>.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.tenant.updated")]
public sealed record TenantUpdated(string TenantId, string DisplayName, IReadOnlyList<string> Changed, string Actor) : IEvent;

/// <summary>No call for the tenant is let through any more; its data stays.</summary>
/// <param name="TenantId">The tenant's slug.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.tenant.suspended")]
public sealed record TenantSuspended(string TenantId, string Actor) : IEvent;

/// <summary>A tenant that was suspended is no longer.</summary>
/// <param name="TenantId">The tenant's slug.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.tenant.activated")]
public sealed record TenantActivated(string TenantId, string Actor) : IEvent;
