namespace Buildify.Gateway.Problems;

/// <summary>The codes of refusals that the gateway gives by itself, beside the grains' <see cref="FailureCodes"/>.</summary>
internal static class ProblemCodes
{
    public const string Malformed = "malformed";
    public const string TenantNeeded = "tenant-needed";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string RequestTimeout = "request-timeout";
    public const string TooLarge = "too-large";
    public const string NotJson = "not-json";
    public const string HeadersTooLarge = "headers-too-large";
    public const string IdempotencyMismatch = "idempotency-mismatch";
    public const string TooManyRequests = "too-many-requests";
    public const string Unavailable = "unavailable";
    public const string BackendUnavailable = "backend-unavailable";
    public const string ModuleUnavailable = "module-unavailable";
    public const string Bug = "internal-error";
}
