using Buildify.Modules;

namespace Buildify.Routes;

/// <summary>What a rule may say.</summary>
internal static class RouteRules
{
    /// <summary>The rule in its one form, or everything that is wrong with it.</summary>
    public static Outcome<RouteRule> Read(RouteRule rule, ModuleBackend home)
    {
        var errors = new List<FieldError>();
        if (rule.Percentage is < 0 or > 100) errors.Add(new("percentage", "must be a whole number from 0 to 100"));
        if (CheckAddress(rule, home) is { } address) errors.Add(new("address", address));
        if (rule.Tenants.Length > RouteRule.MaxTenants) errors.Add(new("tenants", $"must name at most {RouteRule.MaxTenants}; give a percentage for more"));
        else if (rule.Tenants.FirstOrDefault(tenant => !Slug.IsValid(tenant)) is { } bad) errors.Add(new("tenants", $"'{bad}' is no tenant's id: an id {Slug.Rule}"));
        return errors.Count > 0
            ? Failure.Invalid([.. errors])
            : rule with { Tenants = [.. rule.Tenants.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
    }

    private static string? CheckAddress(RouteRule rule, ModuleBackend home) => rule switch
    {
        { To: RouteDestination.Grains, Address: not null } => "must be left out where 'to' is grains",
        { To: RouteDestination.Grains } => null,
        { Address: { } address } => BackendAddress.Check(address),
        _ => home.Address is null ? "is required: the module runs in the grains and has no backend of its own" : null,
    };
}
