using System.Collections.Immutable;
using Buildify.Modules;
using Buildify.Storage;

namespace Buildify.Companies;

/// <summary>State <c>company</c>; the views <c>companies</c> and <c>company_modules</c> read it.</summary>
internal sealed record CompanyDocument : Document
{
    public string Id { get; init; } = "";
    public string Tenant { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string? Country { get; init; }
    public string? Currency { get; init; }
    public CompanyState State { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The number of this document's last write.</summary>
    public long Writes { get; init; }

    public ImmutableSortedDictionary<string, TierDocument> Modules { get; init; } = None;

    // Shared: a hundred thousand companies that customise nothing have one empty dictionary between them.
    private static readonly ImmutableSortedDictionary<string, TierDocument> None =
        ImmutableSortedDictionary.Create<string, TierDocument>(StringComparer.Ordinal);

    public Company ToCompany() => new(Id, Tenant, DisplayName, Country, Currency, State, CreatedAt);
}
