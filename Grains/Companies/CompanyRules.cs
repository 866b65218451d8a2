using System.Text.RegularExpressions;

namespace Buildify.Companies;

/// <summary>What a company may be called, and where it may be.</summary>
internal static partial class CompanyRules
{
    public static Failure? Check(NewCompany company, string id)
    {
        var errors = new List<FieldError>();
        if (!Slug.IsValid(company.Id) || company.Id != id) errors.Add(new("id", Slug.Rule));
        Check(company.DisplayName, company.Country, company.Currency, errors);
        return errors.Count == 0 ? null : Failure.Invalid([.. errors]);
    }

    public static Failure? Check(CompanyChange change)
    {
        var errors = new List<FieldError>();
        Check(change.DisplayName, change.Country, change.Currency, errors);
        return errors.Count == 0 ? null : Failure.Invalid([.. errors]);
    }

    private static void Check(string? displayName, string? country, string? currency, List<FieldError> errors)
    {
        if (displayName is not null && DisplayNames.Read(displayName).Error is { } name) errors.Add(new("display_name", name));
        if (country is not null && !Country().IsMatch(country)) errors.Add(new("country", "must be two upper-case letters of ISO 3166-1, as DE"));
        if (currency is not null && !Currency().IsMatch(currency)) errors.Add(new("currency", "must be three upper-case letters of ISO 4217, as EUR"));
    }

    [GeneratedRegex(@"\A[A-Z]{2}\z")]
    private static partial Regex Country();

    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    private static partial Regex Currency();
}
