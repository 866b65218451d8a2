using System.Collections.Immutable;
using Buildify.Modules;
using Buildify.Storage;

namespace Buildify.Tenants;

/// <summary>State <c>tenant</c>; the views <c>tenants</c> and <c>tenant_modules</c> read it.</summary>
internal sealed record TenantDocument : Document
{
    public string Id { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string? OwnerEmail { get; init; }
    public TenantState State { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The number of this document's last write.</summary>
    public long Writes { get; init; }

    public ImmutableSortedDictionary<string, TierDocument> Modules { get; init; } =
        ImmutableSortedDictionary.Create<string, TierDocument>(StringComparer.Ordinal);

    public Tenant ToTenant() => new(Id, DisplayName, OwnerEmail, State, CreatedAt);
}
