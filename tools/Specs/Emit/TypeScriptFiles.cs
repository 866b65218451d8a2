using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>
/// Writes the client for pages, twice: <c>client.ts</c> for whoever bundles, <c>client.js</c> for a page that a browser loads as it
/// is. The second is the first without its types.
/// </summary>
internal sealed class TypeScriptFiles(ModuleSpec module)
{
    public IEnumerable<(string File, string Text)> Write()
    {
        yield return ("client.ts", Write(typed: true));
        yield return ("client.js", Write(typed: false));
    }

    private string Write(bool typed)
    {
        var source = new Source();
        source.Line($"// Written from the specs of {module.Name} {module.Version}; change those, and build.");
        if (typed) WriteTypes(source);
        source.Line();
        source.Line($"/** {module.DisplayName}, for a page: `new {module.Namespace}Client(context.api, company)`. */");
        source.Line($"export class {module.Namespace}Client {{");
        source.Line(typed
            ? "    constructor(private readonly api: Api, private readonly company?: string) {}"
            : "    constructor(api, company) {\n        this.api = api;\n        this.company = company;\n    }");
        foreach (var domain in module.Domains)
        {
            foreach (var operation in domain.Operations.Where(operation => operation.Rest is not null))
            {
                source.Line();
                WriteOperation(source, domain, operation, typed);
            }
        }
        return source.Line("}").ToString();
    }

    private void WriteTypes(Source source)
    {
        source.Line();
        source.Line("/** What the shell hands to a page: sends JSON with the signed-in user's token, and throws a refusal as a problem (RFC 9457). */");
        source.Line("export interface Api {");
        source.Line("    request<T>(method: string, path: string, options?: { query?: Record<string, unknown>; body?: unknown; idempotencyKey?: string }): Promise<T>;");
        source.Line("}");
        source.Line().Line("export interface Page<T> { items: T[]; next_cursor: string | null; }");
        foreach (var of in module.Enums)
        {
            source.Line().Line($"export type {of.Name} = {string.Join(" | ", of.Values.Select(Names.Quote))};");
        }
        foreach (var record in module.Records)
        {
            source.Line();
            if (record.Summary is { } summary) source.Line($"/** {summary.ReplaceLineEndings(" ").Replace("*/", "* /", StringComparison.Ordinal)} */");
            source.Line($"export interface {record.Name} {{");
            foreach (var field in record.Fields)
            {
                var optional = field.Optional || field.Default is not null ? "?" : "";
                source.Line($"    {field.Name}{optional}: {TypeOf(field.Type)}{(field.Optional ? " | null" : "")};");
            }
            source.Line("}");
        }
    }

    private void WriteOperation(Source source, DomainSpec domain, OperationSpec operation, bool typed)
    {
        var rest = operation.Rest!;
        var arguments = operation.Parameters.Where(parameter => !IsOptional(parameter.Field))
            .Select(parameter => Declare(Names.TsCamel(parameter.Field.Name), TypeOf(parameter.Field.Type))).ToList();
        if (operation.Input is { } input) arguments.Add(Declare("body", input.Name));
        var options = operation.Parameters.Where(parameter => IsOptional(parameter.Field)).Select(parameter => (parameter.Field.Name, TypeOf(parameter.Field.Type))).ToList();
        if (Signatures.IsPage(operation)) options.AddRange([("limit", "number"), ("cursor", "string")]);
        if (options.Count > 0)
        {
            arguments.Add(typed ? $"options: {{ {string.Join("; ", options.Select(option => $"{option.Item1}?: {option.Item2}"))} }} = {{}}" : "options = {}");
        }
        if (rest.Idempotent) arguments.Add(typed ? "idempotencyKey?: string" : "idempotencyKey");

        var result = operation.Output switch { null => "void", ListType list => $"Page<{TypeOf(list.Item)}>", var output => TypeOf(output) };
        if (operation.Summary is { } summary) source.Line($"    /** {summary.ReplaceLineEndings(" ").Replace("*/", "* /", StringComparison.Ordinal)} */");
        source.Line($"    {Names.TsCamel(operation.Name)}({string.Join(", ", arguments)}){(typed ? $": Promise<{result}>" : "")} {{");
        source.Line($"        return this.api.request{(typed ? $"<{result}>" : "")}(\"{rest.Method}\", `{Path(domain, operation)}`, {{ {string.Join(", ", Options(domain, operation, options.Count > 0))} }});");
        source.Line("    }");

        string Declare(string name, string type) => typed ? $"{name}: {type}" : name;
    }

    private static IEnumerable<string> Options(DomainSpec domain, OperationSpec operation, bool hasOptions)
    {
        var query = new List<string>();
        if (domain.Key is GrainKeyKind.Company or GrainKeyKind.Parameter) query.Add("company_id: this.company");
        query.AddRange(operation.Parameters.Where(parameter => parameter.Source == ParameterSource.Query && !IsOptional(parameter.Field))
            .Select(parameter => $"{parameter.Field.Name}: {Names.TsCamel(parameter.Field.Name)}"));
        if (hasOptions) query.Add("...options");
        if (query.Count > 0) yield return $"query: {{ {string.Join(", ", query)} }}";
        if (operation.Input is not null) yield return "body";
        if (operation.Rest!.Idempotent) yield return "idempotencyKey";
    }

    private string Path(DomainSpec domain, OperationSpec operation)
    {
        var path = module.ApiPrefix + domain.Prefix + operation.Rest!.Path;
        foreach (var (field, from) in operation.Parameters)
        {
            if (from == ParameterSource.Path) path = path.Replace($"{{{field.Name}}}", $"${{encodeURIComponent({Names.TsCamel(field.Name)})}}", StringComparison.Ordinal);
        }
        return path;
    }

    private static bool IsOptional(FieldSpec field) => field.Optional || field.Default is not null;

    private static string TypeOf(TypeRef type) => type switch
    {
        ListType list => $"{(list.Item is ScalarType or RecordType or EnumType ? TypeOf(list.Item) : $"({TypeOf(list.Item)})")}[]",
        MapType map => $"Record<string, {TypeOf(map.Value)}>",
        EnumType of => of.Name,
        RecordType record => record.Name,
        ScalarType { Scalar: Scalar.Int or Scalar.Long or Scalar.Decimal } => "number",
        ScalarType { Scalar: Scalar.Bool } => "boolean",
        ScalarType { Scalar: Scalar.Json } => "unknown",
        _ => "string",
    };
}
