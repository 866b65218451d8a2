using System.Collections.Frozen;

namespace Buildify.Gateway.Problems;

/// <param name="Title">The same for every problem of the type (RFC 9457, 3.1.4).</param>
internal sealed record ProblemType(string Code, int Status, string Title)
{
    public string Uri { get; } = "https://buildify.dev/problems/" + Code;
}

/// <summary>The one table from codes to statuses.</summary>
internal static class ProblemTypes
{
    private static readonly ProblemType[] All =
    [
        new(FailureCodes.Invalid, 400, "Invalid request"),
        new(ProblemCodes.Malformed, 400, "Malformed request"),
        new(ProblemCodes.TenantNeeded, 400, "No tenant named"),
        new(ProblemCodes.Unauthorized, 401, "Not signed in"),
        new(FailureCodes.BadCredentials, 401, "Wrong credentials"),
        new(ProblemCodes.Forbidden, 403, "Not permitted"),
        new(FailureCodes.TenantSuspended, 403, "Tenant suspended"),
        new(FailureCodes.CompanySuspended, 403, "Company suspended"),
        new(FailureCodes.NotFound, 404, "Not found"),
        new(FailureCodes.ModuleNotEnabled, 404, "Module not enabled"),
        new(ProblemCodes.MethodNotAllowed, 405, "Method not allowed"),
        new(ProblemCodes.RequestTimeout, 408, "Request too slow"),
        new(FailureCodes.AlreadyExists, 409, "Already exists"),
        new(FailureCodes.ModuleNeeded, 409, "Module needed by another"),
        new(FailureCodes.ModuleEnabled, 409, "Module enabled"),
        new(FailureCodes.ModuleFailed, 409, "Module failed"),
        new(FailureCodes.DependencyMissing, 409, "Dependency missing"),
        new(FailureCodes.InstallationRunning, 409, "Installation running"),
        new(FailureCodes.NothingToRetry, 409, "Nothing to retry"),
        new(FailureCodes.NothingToRollBack, 409, "Nothing to roll back"),
        new(FailureCodes.VersionConflict, 409, "Version conflict"),
        new(FailureCodes.IdempotencyConflict, 409, "Request already running"),
        new(FailureCodes.LimitReached, 409, "Limit reached"),
        new(FailureCodes.TaskEnded, 409, "Task ended"),
        new(FailureCodes.Stale, 412, "Changed in the meantime"),
        new(ProblemCodes.TooLarge, 413, "Body too large"),
        new(ProblemCodes.NotJson, 415, "Not JSON"),
        new(ProblemCodes.IdempotencyMismatch, 422, "Idempotency key used before"),
        new(ProblemCodes.TooManyRequests, 429, "Too many requests"),
        new(ProblemCodes.HeadersTooLarge, 431, "Headers too large"),
        new(ProblemCodes.Bug, 500, "Internal error"),
        new(ProblemCodes.Unavailable, 503, "Unavailable"),
        new(ProblemCodes.BackendUnavailable, 503, "Module's backend unavailable"),
        new(ProblemCodes.ModuleUnavailable, 503, "Module unavailable"),
    ];

    private static readonly FrozenDictionary<string, ProblemType> ByCode = All.ToFrozenDictionary(type => type.Code, StringComparer.Ordinal);

    /// <summary>A code that is not in the table is a bug, and answered as one.</summary>
    public static ProblemType Of(string code) => ByCode.GetValueOrDefault(code) ?? ByCode[ProblemCodes.Bug];

    public static bool Knows(string code) => ByCode.ContainsKey(code);

    /// <summary>For a status that ASP.NET itself answered, with no words of its own.</summary>
    public static ProblemType OfStatus(int status) => status switch
    {
        400 or 414 => Of(ProblemCodes.Malformed),
        401 => Of(ProblemCodes.Unauthorized),
        403 => Of(ProblemCodes.Forbidden),
        404 => Of(FailureCodes.NotFound),
        405 => Of(ProblemCodes.MethodNotAllowed),
        408 => Of(ProblemCodes.RequestTimeout),
        413 => Of(ProblemCodes.TooLarge),
        415 => Of(ProblemCodes.NotJson),
        429 => Of(ProblemCodes.TooManyRequests),
        431 => Of(ProblemCodes.HeadersTooLarge),
        503 or 504 => Of(ProblemCodes.Unavailable),
        > 400 and < 500 => Of(ProblemCodes.Malformed),
        _ => Of(ProblemCodes.Bug),
    };
}
