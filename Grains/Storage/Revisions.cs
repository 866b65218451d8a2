namespace Buildify.Storage;

/// <summary>Checking a change against what its author has seen.</summary>
internal static class Revisions
{
    /// <summary>Null where the revision that the caller has seen is the present one, or the caller does not care.</summary>
    /// <param name="ifMatch">As callers send it: a revision, <c>*</c> for any that exists, or null.</param>
    /// <param name="current">The present revision; null where there is nothing yet.</param>
    public static Failure? Check(string? ifMatch, string? current) =>
        ifMatch is null || (current is not null && (ifMatch == "*" || ifMatch == current))
            ? null
            : new Failure(FailureCodes.Stale, current is null
                ? "There is nothing here yet to match; leave If-Match out."
                : "It was changed in the meantime; read it again and send its ETag as If-Match.");
}
