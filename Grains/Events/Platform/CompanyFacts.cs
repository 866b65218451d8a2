using System.Collections.Immutable;
using Buildify.Companies;

namespace Buildify.Events.Platform;

/// <summary>What a write of a company's document says happened; nothing where nothing is otherwise.</summary>
internal static class CompanyFacts
{
    /// <param name="before">Null where there was no company.</param>
    public static ImmutableArray<NewEvent> Of(CompanyDocument? before, CompanyDocument after, Caller caller)
    {
        var (tenant, id) = (after.Tenant, after.Id);
        if (before is null)
        {
            return [Told.By(caller, tenant, new CompanyCreated(id, after.DisplayName, after.Country, after.Currency, caller.Actor))];
        }

        var told = ImmutableArray.CreateBuilder<NewEvent>();
        ImmutableArray<string> changed =
        [
            .. before.DisplayName == after.DisplayName ? [] : (string[])["display_name"],
            .. before.Country == after.Country ? [] : (string[])["country"],
            .. before.Currency == after.Currency ? [] : (string[])["currency"],
        ];
        if (!changed.IsEmpty)
        {
            told.Add(Told.By(caller, tenant, new CompanyUpdated(id, after.DisplayName, after.Country, after.Currency, changed, caller.Actor)));
        }
        if (before.State != after.State)
        {
            told.Add(after.State == CompanyState.Suspended
                ? Told.By(caller, tenant, new CompanySuspended(id, caller.Actor))
                : Told.By(caller, tenant, new CompanyActivated(id, caller.Actor)));
        }
        return told.DrainToImmutable();
    }
}
