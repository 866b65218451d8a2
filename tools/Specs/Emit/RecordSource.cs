using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>Writes records and enums.</summary>
internal sealed class RecordSource(ModuleSpec module, CSharpTypes types)
{
    public static void WriteEnum(Source source, EnumSpec of)
    {
        source.Doc(of.Summary).Line($"public enum {of.Name}").Block(() =>
        {
            foreach (var value in of.Values) source.Line(Names.Pascal(value) + ",");
        });
    }

    public void WriteRecord(Source source, RecordSpec record)
    {
        source.Doc(ViewSummary(record) ?? record.Summary);
        source.Line($"[GenerateSerializer, Immutable, Alias({Names.Quote($"{module.Name}.{record.Name}")})]");
        if (record.AtLeastOne) source.Line("[AtLeastOne]");
        Write(source, record.Name, record.Fields);
    }

    /// <param name="implements">What follows the name, as <c> : ITask&lt;Receipt&gt;</c>.</param>
    public void Write(Source source, string name, IEnumerable<FieldSpec> fields, string implements = "")
    {
        source.Line($"public sealed record {name}{implements}").Block(() => source.Spaced(fields, field => WriteField(source, field)));
    }

    private void WriteField(Source source, FieldSpec field)
    {
        var name = Names.Pascal(field.Name);
        source.Doc(field.Summary);
        source.Line($"[{string.Join(", ", [$"Id({field.Id})", .. CSharpTypes.Rules(field)])}]");
        if (Names.Json(name) != field.Name) source.Line($"[JsonPropertyName({Names.Quote(field.Name)})]");
        if (field.Personal) source.Line("[PersonalData]");
        var required = !field.Optional && field.Default is null ? "required " : "";
        var value = types.Default(field) is { } expression and not ("false" or "0" or "0m") ? $" = {expression};" : "";
        source.Line($"public {required}{types.OfField(field)} {name} {{ get; init; }}{value}");
    }

    private static string? ViewSummary(RecordSpec record)
    {
        if (record.Name == record.Model) return null;
        var thing = Words(record.Model);
        var article = "aeiou".Contains(thing[0], StringComparison.Ordinal) ? "An" : "A";
        return record.Name[record.Model.Length..] switch
        {
            "Create" => $"{article} {thing} to be made.",
            "Read" => $"{article} {thing} as it is answered.",
            "Update" => $"A change of {article.ToLowerInvariant()} {thing}; what is left out stays.",
            _ => null,
        };
    }

    private static string Words(string pascal) => Names.Json(pascal).Replace('_', ' ');
}
