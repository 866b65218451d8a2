namespace Buildify.Events.Platform;

/// <summary>A module is on for the tenant, or again for one of its companies.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Version">The module's version.</param>
/// <param name="CompanyId">The company whose own tier it is about; null for the tenant's.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.module.enabled")]
public sealed record ModuleEnabled(string Module, string Version, string? CompanyId, string Actor) : IEvent;

/// <summary>A module is off for the tenant, or for one of its companies; its data stays.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Version">The module's version.</param>
/// <param name="CompanyId">The company whose own tier it is about; null for the tenant's.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.module.disabled")]
public sealed record ModuleDisabled(string Module, string Version, string? CompanyId, string Actor) : IEvent;

/// <summary>A module is configured otherwise. The values are not told: some are secrets.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Version">The module's version.</param>
/// <param name="CompanyId">The company whose own tier it is about; null for the tenant's.</param>
/// <param name="Changed">What is not as before: <c>configuration.tax_rate</c> for a key, <c>features</c>, <c>version</c>.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.module.configured")]
public sealed record ModuleConfigured(string Module, string Version, string? CompanyId, IReadOnlyList<string> Changed, string Actor) : IEvent;
