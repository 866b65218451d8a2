namespace Buildify.Events.Platform;

/// <summary>A tenant has a new company.</summary>
/// <param name="CompanyId">The company's slug.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="Country">ISO 3166-1 alpha-2; null where nobody said.</param>
/// <param name="Currency">ISO 4217; null where nobody said.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.company.created")]
public sealed record CompanyCreated(string CompanyId, string DisplayName, string? Country, string? Currency, string Actor) : IEvent;

/// <summary>What is said of a company is otherwise.</summary>
/// <param name="CompanyId">The company's slug.</param>
/// <param name="DisplayName">As it is now.</param>
/// <param name="Country">As it is now.</param>
/// <param name="Currency">As it is now.</param>
/// <param name="Changed">The fields of the company that are not as before, as <c>currency</c>.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.company.updated")]
public sealed record CompanyUpdated(
    string CompanyId, string DisplayName, string? Country, string? Currency, IReadOnlyList<string> Changed, string Actor) : IEvent;

/// <summary>The company's modules answer nothing any more; its data stays.</summary>
/// <param name="CompanyId">The company's slug.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.company.suspended")]
public sealed record CompanySuspended(string CompanyId, string Actor) : IEvent;

/// <summary>A company that was suspended is no longer.</summary>
/// <param name="CompanyId">The company's slug.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.company.activated")]
public sealed record CompanyActivated(string CompanyId, string Actor) : IEvent;
