using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Correlation;
using Buildify.Hosting.Diagnostics;

namespace Buildify.Gateway.Problems;

/// <summary>A refusal as RFC 9457 has it, with the trace's id and, for bad input, what is wrong with each field.</summary>
internal sealed class Problem(ProblemType type, string detail) : IResult
{
    public ProblemType Type => type;

    public string Detail => detail;

    public ImmutableArray<FieldError> Errors { get; init; } = [];

    /// <summary>Of a 429 or a 503: seconds until trying again makes sense.</summary>
    public int RetryAfterSeconds { get; init; } = 2;

    public static Problem Of(string code, string detail) => new(ProblemTypes.Of(code), detail);

    public static Problem Of(Failure failure) => new(ProblemTypes.Of(failure.Code), failure.Detail) { Errors = failure.Errors };

    public static Problem OfField(string field, string message) => Of(Failure.Invalid(new FieldError(field, message)));

    public static Problem OfStatus(int status) => new(ProblemTypes.OfStatus(status), DetailOf(status));

    public static Problem Unavailable() => Of(ProblemCodes.Unavailable, "The cluster or the database does not answer; try again shortly.");

    /// <summary>The same refusal with what else is wrong; only of bad input.</summary>
    public Problem With(IReadOnlyList<FieldError> more) =>
        more.Count == 0 || type.Status != StatusCodes.Status400BadRequest ? this : new Problem(type, detail) { Errors = [.. Errors, .. more] };

    public Task ExecuteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = type.Status;
        response.ContentType = "application/problem+json";
        CorrelationHeaders.Write(response);
        if (type.Status is 429 or 503) response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        if (type.Status == 401 && response.Headers.WWWAuthenticate.Count == 0) response.Headers.WWWAuthenticate = "Bearer";
        return JsonBytes.Send(response, this, static (json, problem) => problem.Write(json));
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type.Uri);
        json.WriteString("title"u8, type.Title);
        json.WriteNumber("status"u8, type.Status);
        json.WriteString("detail"u8, detail);
        json.WriteString("trace_id"u8, Trace.Id);
        if (!Errors.IsDefaultOrEmpty)
        {
            json.WriteStartObject("errors"u8);
            foreach (var field in Errors.GroupBy(error => error.Field, StringComparer.Ordinal))
            {
                json.WriteStartArray(field.Key);
                foreach (var error in field) json.WriteStringValue(error.Message);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string DetailOf(int status) => status switch
    {
        401 => "A bearer token is needed; POST /api/v1/auth/token gives one.",
        403 => "The token does not permit this.",
        404 => "There is no such route; GET /docs lists them.",
        405 => "The route does not know this method; see the Allow header.",
        408 => "The request came too slowly.",
        413 => "The body is larger than this server takes.",
        415 => "Send the body as application/json in UTF-8.",
        429 => "Too many requests; wait before the next one.",
        431 => "The request's headers are larger than this server takes.",
        503 or 504 => "The request took too long; try again shortly.",
        >= 500 => "Something went wrong here; name the trace_id when you report it.",
        _ => "The request is not valid HTTP.",
    };
}
