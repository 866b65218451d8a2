using Buildify.Specs.Model;
using Buildify.Specs.Reading;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Releases;

/// <summary>Compares the parameters of an operation of two versions.</summary>
internal sealed class ParameterChanges(Breaks breaks)
{
    public void Check(OperationSpec before, OperationSpec after)
    {
        foreach (var was in before.Parameters)
        {
            if (after.Parameters.FirstOrDefault(p => p.Field.Name == was.Field.Name) is { } parameter) Compare(after, was.Field, parameter.Field);
            else breaks.Add(SpecErrors.BrokenParameter, after.Place, $"parameter '{was.Field.Name}' of '{after.Name}' is gone; keep it");
        }
        foreach (var added in after.Parameters.Where(p => IsRequired(p.Field) && !before.Parameters.Any(b => b.Field.Name == p.Field.Name)))
        {
            breaks.Add(SpecErrors.BrokenParameter, added.Field.Place,
                $"parameter '{added.Field.Name}' of '{after.Name}' is new and required; make it optional or give it a default");
        }
    }

    private void Compare(OperationSpec operation, FieldSpec before, FieldSpec after)
    {
        var name = $"parameter '{after.Name}' of '{operation.Name}'";
        if (before.Type != after.Type)
        {
            breaks.Add(SpecErrors.BrokenParameter, after.Place,
                $"{name} is {Scalars.Name(after.Type)} and was released as {Scalars.Name(before.Type)}; keep that");
            return;
        }
        if (!IsRequired(before) && IsRequired(after)) breaks.Add(SpecErrors.BrokenParameter, after.Place, $"{name} is required and was released as optional; keep it so");
        foreach (var narrowed in Narrowing.Of(before, after)) breaks.Add(SpecErrors.BrokenParameter, after.Place, $"{name} {narrowed}");
    }

    private static bool IsRequired(FieldSpec field) => !field.Optional && field.Default is null;
}
