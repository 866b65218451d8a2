using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Answers;

/// <summary>Answers that are no refusal.</summary>
internal static class Answer
{
    public static IResult NoContent { get; } = TypedResults.NoContent();

    /// <param name="location">Where what was made can be read.</param>
    /// <param name="revision">The strong entity tag, without quotes.</param>
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK, string? location = null, string? revision = null) =>
        new JsonAnswer<T>(value) { Status = status, Location = location, Revision = revision };

    /// <summary>The value as JSON, or the refusal.</summary>
    public static IResult Of<T>(Outcome<T> outcome) => outcome.Succeeded ? Json(outcome.Value) : Problem.Of(outcome.Failure);

    public static IResult Of<T>(Outcome<T> outcome, Func<T, IResult> answer) =>
        outcome.Succeeded ? answer(outcome.Value) : Problem.Of(outcome.Failure);
}

internal sealed class JsonAnswer<T>(T value) : IResult
{
    // Looked up once for each type of answer, not once for each answer.
    private static readonly JsonTypeInfo<T> Type = (JsonTypeInfo<T>)BuildifyJson.Options.GetTypeInfo(typeof(T));

    public required int Status { get; init; }
    public string? Location { get; init; }
    public string? Revision { get; init; }

    public Task ExecuteAsync(HttpContext http)
    {
        var response = http.Response;
        if (Revision is not null)
        {
            response.Headers.ETag = EntityTags.Quote(Revision);
            if (Status == StatusCodes.Status200OK && EntityTags.IsKnown(http.Request, Revision))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        response.StatusCode = Status;
        response.ContentType = "application/json";
        if (Location is not null) response.Headers.Location = Location;
        return JsonBytes.Send(response, value, static (json, value) => JsonSerializer.Serialize(json, value, Type));
    }
}
