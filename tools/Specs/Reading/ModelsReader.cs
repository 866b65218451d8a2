using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads <c>spec/models.yaml</c> into the catalog: first every name, then the fields, which name each other in any order.</summary>
internal sealed class ModelsReader(Catalog catalog, string moduleNamespace, Problems problems, bool isPlatform)
{
    public void Read(SpecNode? root)
    {
        var file = root is null ? null : Fields.Of(root, SpecKeys.Models, problems, isPlatform);
        foreach (var entry in file?.Named("enums") ?? []) Enum(entry);
        var drafts = new List<(ModelDraft Draft, Fields Fields)>();
        foreach (var entry in file?.Named("models") ?? [])
        {
            if (Fields.Of(entry.Value, SpecKeys.Model, problems, isPlatform) is { } fields) drafts.Add((Model(entry, fields), fields));
        }
        foreach (var (draft, _) in drafts) catalog.Declare(draft);
        catalog.DeclareViews();

        var reader = new FieldReader(catalog, problems, isPlatform);
        foreach (var (draft, fields) in drafts)
        {
            var read = fields.Named("fields").Select((entry, id) => reader.Read(entry, draft.Name, id)).ToImmutableArray();
            CheckMembers(draft, read);
            catalog.Complete(draft with { Fields = read });
        }
    }

    private void Enum(SpecEntry entry)
    {
        CheckName(entry, "an enum", isExtern: false);
        ImmutableArray<SpecText> words;
        string? summary = null;
        if (entry.Value is SpecList list)
        {
            foreach (var item in list.Items.Where(i => i is not SpecText)) problems.Add(SpecErrors.WrongKind, item.Place, "an enum is a list of words");
            words = [.. list.Items.OfType<SpecText>()];
        }
        else if (Fields.Of(entry.Value, SpecKeys.Enum, problems, isPlatform) is { } fields)
        {
            words = fields.Words("values", required: true);
            summary = fields.Text("summary")?.Value;
        }
        else
        {
            return;
        }
        catalog.Add(new EnumSpec(entry.Key, EnumValues.Read(words, problems), summary, entry.Place));
    }

    private ModelDraft Model(SpecEntry entry, Fields fields)
    {
        var csharp = CSharp.FullName(fields, "csharp", problems);
        CheckName(entry, "a model", isExtern: csharp is not null);
        var views = fields.Named("views");
        if (csharp is not null && !views.IsEmpty)
        {
            problems.Add(SpecErrors.BadView, views[0].Place, $"'{entry.Key}' stands for {csharp}, which has no views; leave them out");
            views = [];
        }
        return new ModelDraft(entry.Key, fields.Text("summary")?.Value, csharp, entry.Place) { Views = [.. views.Select(View)] };
    }

    private ViewDraft View(SpecEntry entry)
    {
        if (!Names.IsPascal(entry.Key))
        {
            problems.Add(SpecErrors.BadName, entry.Place, $"'{entry.Key}' is no name of a view; write '{Names.Pascal(entry.Key)}'");
        }
        var draft = new ViewDraft(entry.Key, entry.Place);
        if (Fields.Of(entry.Value, SpecKeys.View, problems, isPlatform) is not { } fields) return draft;
        return draft with
        {
            Summary = fields.Text("summary")?.Value,
            Only = fields.Has("only") ? fields.Words("only") : null,
            Exclude = fields.Words("exclude"),
            Include = fields.Words("include"),
            Optional = fields.Words("optional"),
            Required = fields.Words("required"),
            AtLeastOne = fields.Flag("at_least_one"),
        };
    }

    private void CheckName(SpecEntry entry, string noun, bool isExtern)
    {
        if (!Names.IsPascal(entry.Key))
        {
            problems.Add(SpecErrors.BadName, entry.Place,
                $"'{entry.Key}' is no name of {noun}: letters and digits, a capital first; write '{Names.Pascal(entry.Key)}'");
        }
        else if (!isExtern && entry.Key == moduleNamespace)
        {
            problems.Add(SpecErrors.ReservedName, entry.Place, $"'{entry.Key}' is the module's namespace; call it '{entry.Key}Record' or what it is");
        }
        else if (!isExtern && ReservedNames.Generated.Any(suffix => entry.Key == moduleNamespace + suffix))
        {
            problems.Add(SpecErrors.ReservedName, entry.Place,
                $"'{entry.Key}' is generated for the module; call it '{entry.Key}Record' or what it is");
        }
        else if (!isExtern && ReservedNames.Types.Contains(entry.Key))
        {
            problems.Add(SpecErrors.ReservedName, entry.Place,
                $"'{entry.Key}' is a type of .NET or of the platform; call it '{moduleNamespace}{entry.Key}' or what it is");
        }
    }

    private void CheckMembers(ModelDraft draft, ImmutableArray<FieldDraft> fields)
    {
        foreach (var same in fields.GroupBy(f => Names.Pascal(f.Field.Name), StringComparer.Ordinal))
        {
            foreach (var other in same.Skip(1))
            {
                problems.Add(SpecErrors.DuplicateName, other.Field.Place,
                    $"'{other.Field.Name}' would be {draft.Name}.{same.Key} in C#, as '{same.First().Field.Name}' is; rename one");
            }
        }
    }
}
