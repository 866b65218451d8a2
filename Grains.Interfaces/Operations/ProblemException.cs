using System.Collections.Immutable;

namespace Buildify.Operations;

/// <summary>A refusal that came over HTTP (RFC 9457).</summary>
public sealed class ProblemException(int status, string code, string detail) : Exception($"{status} {code}: {detail}")
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The end of the problem's type, as <c>not-found</c>; stable, callers may switch on it.</summary>
    public string Code { get; } = code;

    public string Detail { get; } = detail;

    /// <summary>For bad input: what is wrong with each field.</summary>
    public ImmutableArray<FieldError> Errors { get; init; } = [];

    /// <summary>How long to wait before the next try; null where the server does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
