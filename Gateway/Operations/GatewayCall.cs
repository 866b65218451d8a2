using System.Diagnostics.CodeAnalysis;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Modules;
using Buildify.Operations;

namespace Buildify.Gateway.Operations;

/// <summary>A request on its way through an operation.</summary>
internal sealed class GatewayCall(HttpContext http, Operation operation, string? module, string? tenant, CallServices services) : OperationCall
{
    private readonly ParameterReader _parameters = new(http, operation);
    private string? _company;

    public override HttpContext Http => http;

    public override IGrainFactory Grains => services.Grains;

    public override string? TenantOrNull => tenant;

    public override string Company => _company ?? throw new InvalidOperationException("The company is known once the body is read.");

    public override Caller Caller => http.Caller();

    public override PageRequest Page => _parameters.Page();

    public override T Get<T>(string name) => _parameters.Get<T>(name);

    public override T Get<T>(string name, T otherwise) => _parameters.Get(name, otherwise);

    public override T? Find<T>(string name) => _parameters.Find<T>(name);

    public override string? FindText(string name) => _parameters.FindText(name);

    public override T GetEnum<T>(string name) => _parameters.GetEnum<T>(name);

    public override T? FindEnum<T>(string name) => _parameters.FindEnum<T>(name);

    public override bool IsRefused([NotNullWhen(true)] out IResult? refusal) => (refusal = _parameters.Refusal) is not null;

    public override async ValueTask<Input<T>> Body<T>()
    {
        var mayNameCompany = operation.Scope == OperationScope.Company;
        var body = await Bodies.Body.Read<T>(http, services.BodyBytes, mayNameCompany);
        if (body.IsRefused(out var refusal)) return Refused<T>(refusal.With(_parameters.Errors));
        if (mayNameCompany && await EnterCompany(body.Company) is { } closed) return Refused<T>(closed);
        return IsRefused(out var bad) ? Refused<T>(bad) : new Input<T>(body.Value, Refusal: null, body.Fingerprint);
    }

    public override Input<Unit> NoBody()
    {
        if (IsRefused(out var refusal)) return Refused<Unit>(refusal);
        var fingerprint = IdempotencyKey.IsSent(http.Request) ? Fingerprint.Of(http.Request.Method, http.Request.Path + http.Request.QueryString, []) : null;
        return new Input<Unit>(Unit.Value, Refusal: null, fingerprint);
    }

    public override IResult Answer<T>(Outcome<T> outcome)
    {
        if (!outcome.Succeeded) return Problem.Of(outcome.Failure);
        return outcome.Value is Unit ? Nothing() : Answers.Answer.Json(outcome.Value, operation.Status);
    }

    public override IResult Answer<T>(Outcome<T> outcome, Func<T, string> location) =>
        outcome.Succeeded ? Answers.Answer.Json(outcome.Value, operation.Status, location(outcome.Value)) : Problem.Of(outcome.Failure);

    public override IResult Answer(Failure failure) => Problem.Of(failure);

    public override IResult Done<T>(Outcome<T> outcome) => outcome.Failure is { } failure ? Problem.Of(failure) : Nothing();

    public override async Task<IResult> Once<TInput, TResult>(
        Input<TInput> input, Func<TInput, Call, Task<Outcome<TResult>>> effect, Func<TResult, string>? location)
    {
        if (input.IsRefused(out var refusal, out var value)) return refusal;
        var caller = Caller;
        return await services.Idempotent.Create(http, tenant, module, input.Fingerprint, stamp => effect(value, new Call(caller, stamp)),
            result => result is Unit ? Nothing() : Answers.Answer.Json(result, operation.Status, location?.Invoke(result)));
    }

    public override Task<T> Within<T>(Task<T> grainCall) => grainCall.Within(http);

    /// <summary>Finds the company and lets the call in where the module is on for it; else says why not.</summary>
    public async ValueTask<IResult?> EnterCompany(string? inBody)
    {
        var (company, error) = ChooseCompany(http.Request.Query["company_id"].ToString(), inBody);
        if (error is not null) return Problem.Of(Failure.Invalid([new("company_id", error), .. _parameters.Errors]));

        _company = company;
        return await Enter(company);
    }

    /// <summary>Lets the call in where the module is on for the tenant; else says why not.</summary>
    public ValueTask<IResult?> EnterModule() => Enter(company: null);

    private async ValueTask<IResult?> Enter(string? company) =>
        await ModuleAccess.Refuse(services.Grains, module!, Tenant, company).Within(http) is { } refusal ? Problem.Of(refusal) : null;

    private static (string? Company, string? Error) ChooseCompany(string inQuery, string? inBody)
    {
        if (inQuery.Length == 0 && inBody is null) return (null, "is required, in the query or in the body: the company's id");
        if (inQuery.Length > 0 && inBody is not null && inBody != inQuery) return (null, "is another in the body than in the query; send it once");
        var company = inBody ?? inQuery;
        return Slug.IsValid(company) ? (company, null) : (null, Slug.Rule);
    }

    private IResult Nothing() => operation.Status == StatusCodes.Status204NoContent ? Answers.Answer.NoContent : TypedResults.StatusCode(operation.Status);

    private static Input<T> Refused<T>(IResult refusal) where T : class => new(Value: null, refusal, Fingerprint: null);
}
