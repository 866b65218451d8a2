using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>Writes the client for callers outside of the cluster.</summary>
internal sealed class HttpClientSource(ModuleSpec module, CSharpTypes types, Signatures signatures)
{
    public void Write(Source source)
    {
        var name = $"{module.Namespace}HttpClient";
        source.Doc($"{module.DisplayName} over HTTP, for callers outside of the cluster. A refusal is thrown as a ProblemException.");
        source.Line("/// <param name=\"http\">With the gateway's address and a bearer token.</param>");
        source.Line("/// <param name=\"company\">The company that is called for; null for operations of the tenant alone.</param>");
        source.Line($"public sealed class {name}(HttpClient http, string? company = null) : OperationHttpClient(http)").Block(() =>
            source.Spaced(Operations(), pair => WriteOperation(source, pair.Domain, pair.Operation)));
    }

    private IEnumerable<(DomainSpec Domain, OperationSpec Operation)> Operations() =>
        from domain in module.Domains from operation in domain.Operations where operation.Rest is not null select (domain, operation);

    private void WriteOperation(Source source, DomainSpec domain, OperationSpec operation)
    {
        var rest = operation.Rest!;
        var input = signatures.Input(operation);
        var all = operation.Parameters.Zip(signatures.Parameters(operation)).ToList();
        var parameters = all.Where(pair => !IsOptional(pair.First.Field)).Select(pair => pair.Second).ToList();
        if (input is not null) parameters.Add(input);
        parameters.AddRange(all.Where(pair => IsOptional(pair.First.Field))
            .Select(pair => new Argument(pair.Second.Type.TrimEnd('?') + "?", pair.Second.Name + " = null")));
        if (Signatures.IsPage(operation)) parameters.Add(new("PageRequest?", "page = null"));
        if (rest.Idempotent) parameters.Add(new("string?", "idempotencyKey = null"));
        parameters.Add(new("CancellationToken", "cancellation = default"));

        var result = types.OfOutput(operation.Output);
        source.Doc(operation.Summary);
        source.Line($"public Task{(operation.Output is null ? "" : $"<{result}>")} {Names.Pascal(operation.Name)}({Signatures.Declare(parameters)}) =>");
        var of = operation.Output is null ? "" : $"<{result}>";
        var body = input is null ? "body: null" : input.Name;
        source.Line($"    Send{of}(HttpMethod.{Names.Pascal(rest.Method.ToLowerInvariant())}, {Path(domain, operation)}, {body}, {(rest.Idempotent ? "idempotencyKey" : "idempotencyKey: null")}, cancellation);");
    }

    private static bool IsOptional(FieldSpec parameter) => parameter.Optional || parameter.Default is not null;

    private string Path(DomainSpec domain, OperationSpec operation)
    {
        var path = module.ApiPrefix + domain.Prefix + operation.Rest!.Path;
        var url = $"new OperationUrl({Names.Quote(path)})";
        if (domain.Key is GrainKeyKind.Company or GrainKeyKind.Parameter && operation.Access == Access.Tenant) url += ".Add(\"company_id\", company)";
        foreach (var (field, from) in operation.Parameters)
        {
            url += $".{(from == ParameterSource.Path ? "Set" : "Add")}({Names.Quote(field.Name)}, {Names.Camel(field.Name)})";
        }
        return Signatures.IsPage(operation) ? url + ".Add(page)" : url;
    }
}
