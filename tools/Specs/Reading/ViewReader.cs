using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Works a record out of a model and one of its views.</summary>
/// <param name="view">Null for the model itself, with all of its fields.</param>
internal sealed class ViewReader(ModelDraft model, ViewDraft? view, bool isRestInput, Problems problems)
{
    private readonly ImmutableArray<string> _names = [.. model.Fields.Select(f => f.Field.Name)];

    // A view Created is none of kind Create.
    private readonly bool _isCreate = IsKind(view, "Create");
    private readonly bool _isUpdate = IsKind(view, "Update");

    public Shape Read()
    {
        if (view is not null) CheckLists(view);
        var leavesReadOnly = _isCreate || _isUpdate || (view is not null and not { Name: "Read" } && isRestInput);
        var leavesWriteOnly = view is not null && !_isCreate && !_isUpdate && !isRestInput;
        var kept = model.Fields.Where(f => IsKept(f, leavesReadOnly, leavesWriteOnly)).ToImmutableArray();
        if (view is not null) CheckKept(view, kept);
        var leftOut = model.Fields.Where(f => f.ReadOnly && leavesReadOnly && !kept.Contains(f) && IsKept(f, false, false)).Select(f => f.Field.Name);
        var name = model.Name + view?.Name;
        if (kept.IsEmpty && view is not null && !model.Fields.IsEmpty)
        {
            problems.Add(SpecErrors.BadView, view.Place, $"view '{name}' has no fields; name some with only or include");
        }
        var record = new RecordSpec(
            name, model.Name, [.. kept.Select(Field)], view?.Summary ?? model.Summary, model.CSharp, view?.AtLeastOne ?? _isUpdate, view?.Place ?? model.Place);
        CheckMembers(record);
        var unasked = kept.Where(f => !IsNamed(f)).ToImmutableArray();
        return new Shape(
            record,
            [.. unasked.Where(f => f.ReadOnly).Select(f => f.Field.Name)],
            [.. unasked.Where(f => f.WriteOnly).Select(f => f.Field.Name)],
            _isCreate || _isUpdate ? [] : [.. leftOut]);
    }

    private bool IsKept(FieldDraft field, bool leavesReadOnly, bool leavesWriteOnly)
    {
        if (view is null) return true;
        if (view.Only is { } only && !Names(only, field)) return Names(view.Include, field);
        if (Names(view.Exclude, field)) return false;
        return IsNamed(field) || !((field.ReadOnly && leavesReadOnly) || (field.WriteOnly && leavesWriteOnly));
    }

    // Who names a field in the view wants it there, as the key that is told once when it was made.
    private bool IsNamed(FieldDraft field) => view is not null && (Names(view.Include, field) || (view.Only is { } only && Names(only, field)));

    private FieldSpec Field(FieldDraft draft)
    {
        var field = draft.Field;
        if (view is null) return field;
        if (Names(view.Required, draft)) return field with { Optional = false, Default = null };
        return _isUpdate || Names(view.Optional, draft) ? field with { Optional = true, Default = null } : field;
    }

    private void CheckLists(ViewDraft lists)
    {
        foreach (var name in (lists.Only ?? []).Concat(lists.Exclude).Concat(lists.Include).Concat(lists.Optional).Concat(lists.Required))
        {
            if (_names.Contains(name.Value)) continue;
            problems.Add(SpecErrors.UnknownField, name.Place, $"'{model.Name}' has no field '{name.Value}'; {Nearest.Hint(name.Value, _names)}");
        }
        CheckApart(lists.Optional, "optional", lists.Required, "required");
        CheckApart(lists.Exclude, "exclude", lists.Only ?? [], "only");
        CheckApart(lists.Exclude, "exclude", lists.Include, "include");
    }

    // What it says of a field that it does not have would go unnoticed.
    private void CheckKept(ViewDraft lists, ImmutableArray<FieldDraft> kept)
    {
        foreach (var name in lists.Optional.Concat(lists.Required))
        {
            if (!_names.Contains(name.Value) || kept.Any(f => f.Field.Name == name.Value)) continue;
            problems.Add(SpecErrors.BadView, name.Place,
                $"view '{model.Name}{lists.Name}' leaves '{name.Value}' out; bring it back with include, or take it from the list");
        }
    }

    private void CheckApart(ImmutableArray<SpecText> one, string key, ImmutableArray<SpecText> other, string otherKey)
    {
        foreach (var name in one.Where(n => other.Any(o => o.Value == n.Value)))
        {
            problems.Add(SpecErrors.BadView, name.Place, $"'{name.Value}' is named by {key} and by {otherKey}; keep one of them");
        }
    }

    private void CheckMembers(RecordSpec record)
    {
        if (record.CSharp is not null) return;
        foreach (var field in model.Fields)
        {
            var member = Checking.Names.Pascal(field.Field.Name);
            if (member != record.Name && member != model.Name) continue;
            problems.Add(SpecErrors.MemberNamedAsType, field.Field.Place,
                $"field '{field.Field.Name}' would be a member of C# type '{member}' and have its name; call it '{field.Field.Name}_text' or what it is, or rename the model");
        }
    }

    private static bool Names(ImmutableArray<SpecText> list, FieldDraft field) => list.Any(n => n.Value == field.Field.Name);

    private static bool IsKind(ViewDraft? view, string kind) =>
        view is not null && view.Name.StartsWith(kind, StringComparison.Ordinal) && (view.Name.Length == kind.Length || !char.IsAsciiLetterLower(view.Name[kind.Length]));
}
