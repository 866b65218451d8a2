using System.Collections.Immutable;
using Buildify.Tenants;

namespace Buildify.Events.Platform;

/// <summary>What a write of a tenant's document says happened; nothing where nothing is otherwise.</summary>
internal static class TenantFacts
{
    /// <param name="before">Null where there was no tenant.</param>
    public static ImmutableArray<NewEvent> Of(TenantDocument? before, TenantDocument after, Caller caller)
    {
        if (before is null) return [Told.By(caller, after.Id, new TenantCreated(after.Id, after.DisplayName, caller.Actor))];

        var told = ImmutableArray.CreateBuilder<NewEvent>();
        ImmutableArray<string> changed =
        [
            .. before.DisplayName == after.DisplayName ? [] : (string[])["display_name"],
            .. before.OwnerEmail == after.OwnerEmail ? [] : (string[])["owner_email"],
        ];
        if (!changed.IsEmpty) told.Add(Told.By(caller, after.Id, new TenantUpdated(after.Id, after.DisplayName, changed, caller.Actor)));
        if (before.State != after.State)
        {
            told.Add(after.State == TenantState.Suspended
                ? Told.By(caller, after.Id, new TenantSuspended(after.Id, caller.Actor))
                : Told.By(caller, after.Id, new TenantActivated(after.Id, caller.Actor)));
        }
        return told.DrainToImmutable();
    }
}
