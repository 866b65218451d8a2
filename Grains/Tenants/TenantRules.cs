using System.Net.Mail;

namespace Buildify.Tenants;

/// <summary>What a tenant may be called.</summary>
internal static class TenantRules
{
    public static Failure? Check(NewTenant tenant, string id)
    {
        var errors = new List<FieldError>();
        if (!Slug.IsValid(tenant.Id) || tenant.Id != id) errors.Add(new("id", Slug.Rule));
        if (DisplayNames.Read(tenant.DisplayName).Error is { } name) errors.Add(new("display_name", name));
        if (CheckEmail(tenant.OwnerEmail) is { } email) errors.Add(email);
        return errors.Count == 0 ? null : Failure.Invalid([.. errors]);
    }

    public static Failure? Check(TenantChange change)
    {
        var errors = new List<FieldError>();
        if (change.DisplayName is { } text && DisplayNames.Read(text).Error is { } name) errors.Add(new("display_name", name));
        if (CheckEmail(change.OwnerEmail) is { } email) errors.Add(email);
        return errors.Count == 0 ? null : Failure.Invalid([.. errors]);
    }

    private static FieldError? CheckEmail(string? email) =>
        email is null || (email.Length <= 254 && MailAddress.TryCreate(email, out var parsed) && parsed.Address == email)
            ? null
            : new("owner_email", "must be an e-mail address, as owner@example.com");
}
