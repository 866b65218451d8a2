using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>The module's types by their names, and the records that are worked out of them.</summary>
/// <param name="restInputs">The records that operations take over REST: a view among them leaves read-only fields out.</param>
/// <param name="foreign">Records of consumed modules, with the module, so that naming one is explained.</param>
internal sealed class Catalog(Problems problems, ImmutableHashSet<string> restInputs, ImmutableDictionary<string, string> foreign)
{
    private static readonly string[] DerivedViews = ["Create", "Read", "Update"];

    private readonly Dictionary<string, EnumSpec> _enums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelDraft> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Model, string? View)> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shape> _shapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public ImmutableArray<EnumSpec> Enums => [.. _enums.Values];

    /// <summary>False, and told, where another type has the name.</summary>
    public bool Add(EnumSpec added)
    {
        if (PlaceOf(added.Name) is { } other) return Clash(added.Name, added.Place, other);
        _enums.Add(added.Name, added);
        return true;
    }

    /// <summary>The values of an enum; empty where there is none of the name.</summary>
    public ImmutableArray<string> Values(string name) => _enums.TryGetValue(name, out var found) ? found.Values : [];

    /// <summary>Makes a model and its views known by name; its fields follow with <see cref="Complete"/>.</summary>
    public void Declare(ModelDraft model)
    {
        if (PlaceOf(model.Name) is { } other)
        {
            Clash(model.Name, model.Place, other);
            return;
        }
        _models[model.Name] = model;
        _names[model.Name] = (model.Name, null);
    }

    /// <summary>After all models are declared: a model that is named as another's derived view comes first, as a listed one it clashes.</summary>
    public void DeclareViews()
    {
        foreach (var model in _models.Values)
        {
            foreach (var view in model.Views)
            {
                var name = model.Name + view.Name;
                if (PlaceOf(name) is { } other) Clash(name, view.Place, other);
                else _names[name] = (model.Name, view.Name);
            }
        }
        foreach (var model in _models.Values.Where(m => m.CSharp is null))
        {
            foreach (var view in DerivedViews)
            {
                if (!_enums.ContainsKey(model.Name + view)) _names.TryAdd(model.Name + view, (model.Name, view));
            }
        }
    }

    /// <summary>Gives a declared model its fields; one whose name was taken stays away.</summary>
    public void Complete(ModelDraft model)
    {
        if (_models.ContainsKey(model.Name)) _models[model.Name] = model;
    }

    /// <summary>The type of this name; null, and told, where there is none.</summary>
    public TypeRef? Find(string name, Place place, IEnumerable<string> scalars)
    {
        if (_names.ContainsKey(name)) return new RecordType(name);
        if (_enums.ContainsKey(name)) return new EnumType(name);
        if (foreign.TryGetValue(name[(name.LastIndexOf('.') + 1)..], out var module) || name.Contains('.', StringComparison.Ordinal))
        {
            var own = name[(name.LastIndexOf('.') + 1)..];
            problems.Add(SpecErrors.ForeignType, place,
                $"'{name}' is a type of {(module is null ? "another module" : $"module '{module}'")}; write a model of this module's own, as Known{own}, with the fields that are needed");
            return null;
        }
        problems.Add(SpecErrors.UnknownType, place, $"'{name}' is no type; {Nearest.Hint(name, [.. _names.Keys, .. _enums.Keys, .. scalars])}");
        return null;
    }

    /// <summary>Has the record of this type written, with all that it is made of.</summary>
    public void Use(TypeRef type)
    {
        switch (type)
        {
            case ListType list:
                Use(list.Item);
                break;
            case MapType map:
                Use(map.Value);
                break;
            case RecordType { Module: null } record when _used.Add(record.Name):
                foreach (var field in ShapeOf(record).Record.Fields) Use(field.Type);
                break;
        }
    }

    /// <summary>Of a record that <see cref="Find"/> gave.</summary>
    public Shape ShapeOf(RecordType record)
    {
        if (_shapes.TryGetValue(record.Name, out var known)) return known;
        var (name, view) = _names[record.Name];
        var model = _models[name];
        var draft = view is null ? null : model.Views.FirstOrDefault(v => v.Name == view) ?? new ViewDraft(view, model.Place);
        return _shapes[record.Name] = new ViewReader(model, draft, restInputs.Contains(record.Name), problems).Read();
    }

    /// <summary>The records to be written: plain models without views, listed views, and what is used; in the order of the models.</summary>
    public ImmutableArray<RecordSpec> Records()
    {
        foreach (var model in _models.Values)
        {
            if (model.Views.IsEmpty) Use(new RecordType(model.Name));
            foreach (var view in model.Views)
            {
                // Not so where another type has its name, which was told.
                if (_names.GetValueOrDefault(model.Name + view.Name) == (model.Name, view.Name)) Use(new RecordType(model.Name + view.Name));
            }
        }
        var order = _models.Keys.Select((name, index) => (name, index)).ToDictionary(x => x.name, x => x.index);
        return [.. _used.Select(name => ShapeOf(new RecordType(name)).Record).OrderBy(r => order[r.Model]).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    private Place? PlaceOf(string name) =>
        _enums.TryGetValue(name, out var found) ? found.Place
        : _names.TryGetValue(name, out var record) ? _models[record.Model].Views.FirstOrDefault(v => v.Name == record.View)?.Place ?? _models[record.Model].Place
        : null;

    private bool Clash(string name, Place place, Place other)
    {
        problems.Add(SpecErrors.DuplicateName, place, $"'{name}' is the name of a type in line {other.Line} already; call one of them otherwise");
        return false;
    }
}
