using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;

namespace Buildify.Operations;

/// <summary>What the generated clients over HTTP share: sending, and reading answers and refusals.</summary>
/// <param name="http">With the gateway's address and a bearer token; the caller's to dispose.</param>
public abstract class OperationHttpClient(HttpClient http)
{
    // A newer server may answer more fields than this client knows.
    private static readonly JsonSerializerOptions Lenient = new(BuildifyJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    /// <exception cref="ProblemException">The call was refused.</exception>
    /// <exception cref="HttpRequestException">The server was not reached.</exception>
    protected async Task<T> Send<T>(HttpMethod method, OperationUrl url, object? body, string? idempotencyKey, CancellationToken cancellation)
    {
        using var response = await Send(method, url, body, idempotencyKey, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return await response.Content.ReadFromJsonAsync<T>(Lenient, cancellation)
            ?? throw new JsonException($"{method} {url} answered null.");
    }

    /// <inheritdoc cref="Send{T}"/>
    protected async Task Send(HttpMethod method, OperationUrl url, object? body, string? idempotencyKey, CancellationToken cancellation)
    {
        using var response = await Send(method, url, body, idempotencyKey, HttpCompletionOption.ResponseContentRead, cancellation);
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, OperationUrl url, object? body, string? idempotencyKey, HttpCompletionOption completion, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(url);
        using var request = new HttpRequestMessage(method, url.ToString());
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: BuildifyJson.Options);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);

        var response = await http.SendAsync(request, completion, cancellation);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await Refusal(response, cancellation);
    }

    private static async Task<ProblemException> Refusal(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var retryAfter = response.Headers.RetryAfter?.Delta;
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return new ProblemException(status, "unknown", response.ReasonPhrase ?? "No reason was given.") { RetryAfter = retryAfter };
        }
        var problem = await response.Content.ReadFromJsonAsync<Problem>(Lenient, cancellation);
        return new ProblemException(status, problem?.Type?.Split('/')[^1] ?? "unknown", problem?.Detail ?? "")
        {
            Errors = [.. problem?.Errors?.SelectMany(field => field.Value.Select(message => new FieldError(field.Key, message))) ?? []],
            RetryAfter = retryAfter,
        };
    }

    private sealed record Problem(string? Type, string? Detail, ImmutableDictionary<string, string[]>? Errors);
}
