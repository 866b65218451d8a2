namespace Buildify.Flags;

/// <summary>What a flag may say, and what it says of a tenant.</summary>
internal static class FlagRules
{
    private const int MaxDescription = 500;

    public static Failure? Check(string name, FlagChange change)
    {
        var errors = new List<FieldError>();
        if (!Slug.IsValid(name)) errors.Add(new("flag", Slug.Rule));
        if (change.Percentage is < 0 or > 100) errors.Add(new("percentage", "must be a whole number from 0 to 100"));
        if (change.Description is { Length: > MaxDescription }) errors.Add(new("description", $"must be at most {MaxDescription} characters"));
        CheckNames(errors, "tenants", change.Tenants ?? [], Slug.IsValid, $"is no tenant's id: an id {Slug.Rule}");
        CheckNames(errors, "companies", change.Companies ?? [], IsCompany, "is no company's full name, as acme/berlin");
        return errors.Count == 0 ? null : Failure.Invalid([.. errors]);
    }

    /// <summary>The document as it will be.</summary>
    public static FlagDocument Apply(FlagDocument current, string name, FlagChange change)
    {
        var (tenants, companies) = (change.Tenants ?? [], change.Companies ?? []);
        return current with
        {
            Name = name,
            Removed = false,
            Enabled = change.Enabled,
            // On, with nobody named, is on for everybody; somebody named is meant alone.
            Percentage = change.Percentage ?? (tenants.IsEmpty && companies.IsEmpty ? 100 : 0),
            PercentageOf = change.PercentageOf ?? FlagUnit.Tenants,
            Tenants = [.. tenants.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Companies = [.. companies.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Description = change.Description,
        };
    }

    /// <param name="flag">Null where there is none.</param>
    public static FlagState StateOf(string name, FlagDocument? flag, string tenant, string? company)
    {
        if (flag is null) return new(name, On: false, FlagReason.Unknown);
        if (!flag.Enabled) return new(name, On: false, FlagReason.Disabled);
        var target = new Target(flag.Percentage, flag.Tenants, flag.Companies, flag.PercentageOf == FlagUnit.Companies);
        var reason = Targeting.Decide(target, $"flag:{name}", tenant, company) switch
        {
            TargetReason.Tenant => FlagReason.Tenant,
            TargetReason.Company => FlagReason.Company,
            TargetReason.Percentage => FlagReason.Percentage,
            _ => FlagReason.NotTargeted,
        };
        return new(name, reason != FlagReason.NotTargeted, reason);
    }

    private static bool IsCompany(string name) => name.Split('/') is [var tenant, var company] && Slug.IsValid(tenant) && Slug.IsValid(company);

    private static void CheckNames(List<FieldError> errors, string field, IReadOnlyCollection<string> names, Func<string, bool> isValid, string rule)
    {
        if (names.Count > FlagChange.MaxNames) errors.Add(new(field, $"must name at most {FlagChange.MaxNames}; give a percentage for more"));
        else if (names.FirstOrDefault(name => !isValid(name)) is { } bad) errors.Add(new(field, $"'{bad}' {rule}"));
    }
}
