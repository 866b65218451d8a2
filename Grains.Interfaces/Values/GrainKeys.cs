namespace Buildify;

/// <summary>
/// How grain keys are written. A tenant's grains have the tenant in their key: <c>tenant:acme</c> or <c>acme/berlin</c>; the
/// platform's own have a prefix that ends in a colon: <c>module:financial</c>. Every key has one of those marks, because the
/// ADO.NET storage provider turns a bare key that reads as a number or as hexadecimal (<c>cafe</c>) into an integer, and two
/// keys that are the same number would share one row.
/// </summary>
public static class GrainKeys
{
    /// <summary>The one key of a grain that exists once in the platform.</summary>
    public const string Platform = "platform:";

    /// <summary>The one key of the grain that runs a worker's tasks, whosever they are.</summary>
    public const string TaskExecutor = "task-executor:";

    private const string TenantPrefix = "tenant:";

    public static string Tenant(string tenant) => TenantPrefix + tenant;

    public static string Company(string tenant, string company) => $"{tenant}/{company}";

    /// <summary>Of one thing of a company's, for a grain of its own: <c>acme/berlin/4711</c>.</summary>
    public static string Within(string tenant, string company, string id) => $"{tenant}/{company}/{id}";

    public static string Installation(string tenant, string module) => $"{tenant}/{module}";

    public static string Module(string module) => "module:" + module;

    public static string ModuleRoute(string module) => "route:" + module;

    public static string Flag(string flag) => "flag:" + flag;

    public static string TaskQueue(string queue, int partition) => $"queue:{queue}/{partition}";

    /// <summary>The queue and the number of the partition in a key that <see cref="TaskQueue"/> wrote.</summary>
    public static (string Queue, int Number) TaskPartitionOf(string key)
    {
        var (start, slash) = (key.IndexOf(':', StringComparison.Ordinal) + 1, key.LastIndexOf('/'));
        return (key[start..slash], int.Parse(key.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
    }

    public static string Task(Guid id) => "task:" + id;

    public static string Schedule(string tenant, string name) => $"{tenant}/{name}";

    /// <summary>Of one partition of the event log.</summary>
    public static string EventLog(int partition) => $"events:{partition}";

    /// <summary>The partition in a key that <see cref="EventLog"/> wrote.</summary>
    public static int EventPartitionOf(string key) => int.Parse(key.AsSpan("events:".Length), System.Globalization.CultureInfo.InvariantCulture);

    public static string Subscription(string tenant, string id) => $"{tenant}/{id}";

    /// <param name="email">As <see cref="Identity.EmailAddress.Normalize"/> wrote it.</param>
    public static string User(string email) => "user:" + email;

    /// <summary>A client's <c>Idempotency-Key</c>, under the tenant it was sent for, or under none.</summary>
    /// <param name="subject">The caller's id; has no <c>/</c>.</param>
    public static string Idempotency(string? tenant, string subject, string key) => $"{IdempotencyScope(tenant, subject)}/{key}";

    /// <summary>Whose keys these are; one caller's mean nothing for another's.</summary>
    public static string IdempotencyScope(string? tenant, string subject) => $"{tenant ?? Platform}/{subject}";

    /// <summary>The scope and the client's key of a grain key that <see cref="Idempotency"/> wrote.</summary>
    public static (string Scope, string Key) IdempotencyScope(string grainKey)
    {
        var end = grainKey.IndexOf('/', grainKey.IndexOf('/', StringComparison.Ordinal) + 1);
        return (grainKey[..end], grainKey[(end + 1)..]);
    }

    /// <summary>The tenant in a key; null for the platform's own grains and for keys that are none of ours.</summary>
    public static string? TenantOf(ReadOnlySpan<char> key)
    {
        if (key.StartsWith(TenantPrefix, StringComparison.Ordinal)) return key[TenantPrefix.Length..].ToString();

        var mark = key.IndexOfAny(':', '/');
        return mark > 0 && key[mark] == '/' ? key[..mark].ToString() : null;
    }

    /// <summary>The tenant whose grain this is.</summary>
    /// <exception cref="InvalidOperationException">The grain is the platform's own.</exception>
    public static string TenantId(this IGrainBase grain) => TenantOf(grain.GrainContext.GrainId.Key.ToString())
        ?? throw new InvalidOperationException($"The grain {grain.GrainContext.GrainId} is no tenant's.");

    /// <summary>The company whose grain this is: <c>berlin</c> of <c>acme/berlin</c> and of <c>acme/berlin/4711</c>.</summary>
    public static string CompanyId(this IGrainBase grain) => Local(grain.GrainContext.GrainId.Key.ToString()!).Split('/', 2)[0];

    /// <summary>What <see cref="Within"/> put last.</summary>
    public static string LocalId(this IGrainBase grain) => Local(grain.GrainContext.GrainId.Key.ToString()!).Split('/', 2)[^1];

    /// <summary>The part behind the tenant: <c>berlin</c> of <c>acme/berlin</c>.</summary>
    public static string Local(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
