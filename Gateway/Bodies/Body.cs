using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Validation;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway.Bodies;

/// <summary>A request's body: read, and as it should be; or the refusal.</summary>
internal readonly struct Body<T>
{
    private readonly T? _value;
    private readonly Problem? _refusal;

    public Body(T value, string? fingerprint, string? company = null) => (_value, Fingerprint, Company) = (value, fingerprint, company);

    public Body(Problem refusal) => _refusal = refusal;

    public T Value => _refusal is null ? _value! : throw new InvalidOperationException("The body was refused.");

    /// <summary>Of a request with an <c>Idempotency-Key</c>: what it asks for, as a hash.</summary>
    public string? Fingerprint { get; }

    /// <summary>What <c>company_id</c> says, where it may stand in the body.</summary>
    public string? Company { get; }

    public bool IsRefused([NotNullWhen(true)] out Problem? refusal) => (refusal = _refusal) is not null;
}

/// <summary>
/// Reads JSON as strictly as it can be read. A good body costs one deserialisation; what exactly is wrong with a bad one is found out by
/// looking again.
/// </summary>
internal static class Body
{
    /// <summary>As <see cref="BuildifyJson"/>, and what a contract does not mark as optional must be there and not be null.</summary>
    public static JsonSerializerOptions Options { get; } = new(BuildifyJson.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = BuildifyJson.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Whether nothing of a body need be there, and so the body itself not; of a POST alone, since without one a PATCH or a PUT is a mistake.</summary>
    public static bool MayBeLeftOut(string method, Type type) =>
        HttpMethods.IsPost(method) && Options.GetTypeInfo(type).Properties.All(property => !JsonShape.IsRequired(property));

    public static ValueTask<Body<T>> Read<T>(HttpContext http) =>
        Read<T>(http, http.RequestServices.GetRequiredService<IOptions<LimitOptions>>().Value.BodyBytes, mayNameCompany: false);

    /// <param name="limit">In bytes.</param>
    /// <param name="mayNameCompany">Whether the object may have a <c>company_id</c> beside the record's own fields.</param>
    public static async ValueTask<Body<T>> Read<T>(HttpContext http, int limit, bool mayNameCompany)
    {
        var (bytes, refusal) = IsLeftOut<T>(http.Request) ? ("{}"u8.ToArray(), null) : await BodyBytes.Read(http, limit);
        if (refusal is not null) return new Body<T>(refusal);

        var read = Read<T>(bytes, mayNameCompany);
        return read.IsRefused(out _) || !IdempotencyKey.IsSent(http.Request)
            ? read
            : new Body<T>(read.Value, Idempotency.Fingerprint.Of(http.Request.Method, http.Request.Path, bytes), read.Company);
    }

    public static Body<T> Read<T>(byte[] bytes, bool mayNameCompany = false)
    {
        // A NUL or half of a surrogate pair can only come as an escape: raw, the one is no JSON, and the other no UTF-8.
        if (bytes.AsSpan().IndexOf("\\u"u8) >= 0 && JsonInspector.Inspect(bytes) is { } escapes) return new Body<T>(escapes);

        var type = mayNameCompany ? CompanyField.TypeOf<T>() : TypeOf<T>.Info;
        if (TryReadGood(bytes, type, out var good, out var company)) return new Body<T>(good, fingerprint: null, company);
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            var body = document.RootElement;
            var errors = new List<FieldError>();
            if (TryDeserialize(body, type, out var value)) errors.AddRange(InputRules.Check(value));
            else Explain(body, type, errors);
            if (errors.Count > 0) return new Body<T>(Problem.Of(Failure.Invalid([.. errors])));
            return new Body<T>(value!, fingerprint: null, mayNameCompany ? CompanyField.Read(body) : null);
        }
        catch (JsonException)
        {
            return new Body<T>(JsonInspector.Inspect(bytes) ?? Problem.Of(ProblemCodes.Malformed, "The body is not valid JSON."));
        }
    }

    private static bool IsLeftOut<T>(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } && MayBeLeftOut(request.Method, typeof(T));

    /// <summary>A body that is good in all is read in one go. Where a field takes any JSON, what is inside has to be looked at as well.</summary>
    private static bool TryReadGood<T>(byte[] bytes, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value, out string? company)
    {
        (value, company) = (default, null);
        if (FreeJson.IsIn(type)) return false;
        try
        {
            CompanyField.Forget();
            value = JsonSerializer.Deserialize(bytes, type);
            company = CompanyField.LastRead();
            return value is not null && InputRules.Check(value).IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryDeserialize<T>(JsonElement body, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value)
    {
        try
        {
            value = body.Deserialize(type);
            return value is not null;
        }
        catch (JsonException)
        {
            value = default;
            return false;
        }
    }

    private static void Explain(JsonElement body, JsonTypeInfo type, List<FieldError> errors)
    {
        JsonShape.Check(body, type, "", errors);
        if (errors.Count == 0) errors.Add(new("$", "has a value that does not fit its field"));
    }

    private static class TypeOf<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
    }
}
