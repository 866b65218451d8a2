using System.Collections.Immutable;
using System.Globalization;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>Writes a domain's HTTP routes: for each operation what it says of itself, and the handler that calls the grain.</summary>
internal sealed class RoutesSource(ModuleSpec module, CSharpTypes types, Signatures signatures)
{
    public static string ClassOf(DomainSpec domain) => $"{Names.Pascal(domain.Name)}Routes";

    public void Write(Source source, DomainSpec domain)
    {
        var operations = domain.Operations.Where(operation => operation.Rest is not null).ToImmutableArray();
        source.Doc($"The routes of {domain.Name}, from spec/{domain.Name}.yaml.");
        source.Line($"internal static class {ClassOf(domain)}").Block(() =>
        {
            source.Line("public static void Map(IOperationMap routes)").Block(() => source.Spaced(operations, operation => WriteMap(source, domain, operation)));
            foreach (var operation in operations.Where(operation => operation.Handler is null))
            {
                source.Line();
                WriteHandler(source, domain, operation);
            }
            if (operations.Any(operation => operation.Handler is null))
            {
                source.Line();
                WriteGrain(source, domain);
            }
        });
    }

    private void WriteMap(Source source, DomainSpec domain, OperationSpec operation)
    {
        var rest = operation.Rest!;
        source.Line($"routes.Map(new Operation({Names.Quote(operation.Name)}, \"{rest.Method}\", {Names.Quote(Pattern(domain, operation))})");
        source.Block(() =>
        {
            if (operation.Summary is { } summary) source.Line($"Summary = {Names.Quote(summary)},");
            source.Line($"Tags = [{string.Join(", ", domain.Tags.Select(Names.Quote))}],");
            if (Scope(domain, operation) is { } scope and not "Company") source.Line($"Scope = OperationScope.{scope},");
            if (operation.Permission is { } permission) source.Line($"Permission = {Names.Quote(permission)},");
            if (operation.Input is { } input) source.Line($"Body = typeof({types.Of(input)}),");
            if (operation.Output is { } output) source.Line($"Result = typeof({types.OfOutput(output)}),");
            if (rest.Status != 200) source.Line($"Status = {Number(rest.Status)},");
            if (operation.Accepted is { } accepted) source.Line($"AlsoGives = [(202, typeof({types.Of(accepted)}))],");
            if (rest.Idempotent) source.Line("CreatesOnce = true,");
            if (rest.IfMatch) source.Line("TakesIfMatch = true,");
            if (Signatures.IsPage(operation)) source.Line("IsPage = true,");
            if (!rest.Refuses.IsEmpty) source.Line($"Refuses = [{string.Join(", ", rest.Refuses.Select(Number))}],");
            if (!operation.Parameters.IsEmpty) WriteParameters(source, operation);
        }, close: $"}}, {operation.Handler ?? Names.Pascal(operation.Name)});");
    }

    private void WriteParameters(Source source, OperationSpec operation)
    {
        source.Line("Parameters =").Block(() =>
        {
            foreach (var (field, from) in operation.Parameters)
            {
                var about = new List<string>();
                if (from == ParameterSource.Path) about.Add("InPath = true");
                if (!field.Optional && field.Default is null) about.Add("Required = true");
                if (field.Summary is { } summary) about.Add($"Summary = {Names.Quote(summary)}");
                if (CSharpTypes.RuleObjects(field) is { IsEmpty: false } rules) about.Add($"Rules = [{string.Join(", ", rules)}]");
                source.Line($"new({Names.Quote(field.Name)}, typeof({types.Of(field.Type)})){(about.Count > 0 ? $" {{ {string.Join(", ", about)} }}" : "")},");
            }
        }, "[", "],");
    }

    private void WriteHandler(Source source, DomainSpec domain, OperationSpec operation)
    {
        source.Line($"private static async Task<IResult> {Names.Pascal(operation.Name)}(OperationCall call)").Block(() =>
        {
            foreach (var (field, _) in operation.Parameters) source.Line($"var {Names.Camel(field.Name)} = {Read(field)};");
            if (Signatures.IsPage(operation)) source.Line("var page = call.Page;");
            var key = domain.Key == GrainKeyKind.Parameter ? $"Grain(call, {Names.Camel(domain.KeyParameter!)})" : "Grain(call)";
            if (operation.Rest!.Idempotent) WriteOnce(source, domain, operation, key);
            else WritePlain(source, operation, key);
        });
    }

    private void WriteOnce(Source source, DomainSpec domain, OperationSpec operation, string grain)
    {
        var input = signatures.Input(operation);
        source.Line(input is null ? "var input = call.NoBody();" : $"var body = await call.Body<{input.Type}>();");
        var arguments = signatures.OfGrain(operation).Select(argument => argument.Name == "call" ? "by" : argument.Name);
        var lambda = $"({input?.Name ?? "_"}, by) => {grain}.{Names.Pascal(operation.Name)}({string.Join(", ", arguments)})";
        var location = Location(domain, operation) is { } found ? $",\n            made => {found}" : "";
        source.Line($"return await call.Once({(input is null ? "input" : "body")}, {lambda}{location});");
    }

    private void WritePlain(Source source, OperationSpec operation, string grain)
    {
        if (signatures.Input(operation) is { } input)
        {
            source.Line($"var body = await call.Body<{input.Type}>();");
            source.Line($"if (body.IsRefused(out var refusal, out var {input.Name})) return refusal;");
        }
        else if (!operation.Parameters.IsEmpty || Signatures.IsPage(operation))
        {
            source.Line("if (call.IsRefused(out var refusal)) return refusal;");
        }
        var arguments = signatures.OfGrain(operation).Select(argument => argument.Name == "call" ? "call.Call" : argument.Name);
        source.Line($"return call.Answer(await call.Within({grain}.{Names.Pascal(operation.Name)}({string.Join(", ", arguments)})));");
    }

    private void WriteGrain(Source source, DomainSpec domain)
    {
        var grain = GrainSource.InterfaceOf(domain);
        var get = $"call.Grains.GetGrain<{grain}>";
        if (domain.Key == GrainKeyKind.Parameter)
        {
            var key = domain.Operations.SelectMany(operation => operation.Parameters).First(parameter => parameter.Field.Name == domain.KeyParameter).Field;
            source.Line($"private static {grain} Grain(OperationCall call, {types.Of(key.Type)} key) =>");
            source.Line($"    {get}(GrainKeys.Within(call.Tenant, call.Company, {KeyText(key.Type)}));");
            return;
        }
        var made = domain.Key == GrainKeyKind.Company ? "GrainKeys.Company(call.Tenant, call.Company)" : "GrainKeys.Tenant(call.Tenant)";
        source.Line($"private static {grain} Grain(OperationCall call) => {get}({made});");
    }

    public static string KeyText(TypeRef type) => type is ScalarType { Scalar: Scalar.String or Scalar.Slug or Scalar.DisplayName }
        ? "key"
        : "string.Create(CultureInfo.InvariantCulture, $\"{key}\")";

    private string Read(FieldSpec field)
    {
        var name = Names.Quote(field.Name);
        if (field.Type is EnumType of)
        {
            var type = types.Of(of);
            if (types.Default(field) is { } value) return $"call.FindEnum<{type}>({name}) ?? {value}";
            return field.Optional ? $"call.FindEnum<{type}>({name})" : $"call.GetEnum<{type}>({name})";
        }
        var scalar = types.Of(field.Type);
        if (types.Default(field) is { } otherwise) return $"call.Get({name}, {otherwise})";
        if (!field.Optional) return $"call.Get<{scalar}>({name})";
        return scalar == "string" ? $"call.FindText({name})" : $"call.Find<{scalar}>({name})";
    }

    /// <summary>Where what was made can be read: the route that gets one of the domain by a field of the result.</summary>
    private string? Location(DomainSpec domain, OperationSpec operation)
    {
        if (operation.Output is not RecordType output || module.Records.FirstOrDefault(record => record.Name == output.Name) is not { } record) return null;
        foreach (var get in domain.Operations.Where(other => other.Rest?.Method == "GET" && Equals(other.Output, output)))
        {
            if (get.Parameters is not [{ Source: ParameterSource.Path } key]) continue;
            var field = record.Fields.FirstOrDefault(field => field.Name == key.Field.Name) ?? record.Fields.FirstOrDefault(field => field.Name == "id");
            if (field is null || field.Optional) continue;
            var path = module.ApiPrefix + domain.Prefix + get.Rest!.Path;
            var made = path.Replace($"{{{key.Field.Name}}}", $"{{made.{Names.Pascal(field.Name)}}}", StringComparison.Ordinal);
            return $"string.Create(CultureInfo.InvariantCulture, $\"{made}{(domain.Key == GrainKeyKind.Company ? "?company_id={call.Company}" : "")}\")";
        }
        return null;
    }

    private static string Pattern(DomainSpec domain, OperationSpec operation)
    {
        var path = domain.Prefix + operation.Rest!.Path;
        foreach (var (field, from) in operation.Parameters)
        {
            if (from == ParameterSource.Path && Constraint(field.Type) is { } constraint)
            {
                path = path.Replace($"{{{field.Name}}}", $"{{{field.Name}:{constraint}}}", StringComparison.Ordinal);
            }
        }
        return path;
    }

    // A path with what cannot be an id is no route: 404, and no grain is woken for it.
    private static string? Constraint(TypeRef type) => type is not ScalarType scalar ? null : scalar.Scalar switch
    {
        Scalar.Uuid => "guid",
        Scalar.Int => "int",
        Scalar.Long => "long",
        Scalar.Slug => "slug",
        _ => null,
    };

    private static string? Scope(DomainSpec domain, OperationSpec operation) => operation.Access switch
    {
        Access.SignedIn => "SignedIn",
        Access.PlatformAdministrator => "Platform",
        Access.Public => "Public",
        _ => domain.Key is GrainKeyKind.Company or GrainKeyKind.Parameter ? "Company" : "Tenant",
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
