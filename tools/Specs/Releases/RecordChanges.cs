using Buildify.Specs.Model;
using Buildify.Specs.Reading;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Releases;

/// <summary>Compares the records and enums of two versions.</summary>
internal sealed class RecordChanges(ModuleSpec released, ModuleSpec now, Breaks breaks)
{
    private readonly Directions _directions = new(released);

    public void Check()
    {
        foreach (var before in released.Records)
        {
            if (now.Records.FirstOrDefault(r => r.Name == before.Name) is { } after) Compare(before, after);
            else breaks.Add(SpecErrors.BrokenField, now.Records.FirstOrDefault(r => r.Model == before.Model)?.Place ?? now.Place, $"record '{before.Name}' is gone; keep it");
        }
        foreach (var before in released.Enums) CompareEnum(before);
    }

    private void Compare(RecordSpec before, RecordSpec after)
    {
        var isTaken = _directions.Taken.Contains(before.Name);
        var isTold = _directions.Told.Contains(before.Name);
        foreach (var was in before.Fields)
        {
            if (after.Fields.FirstOrDefault(f => f.Name == was.Name) is { } field) CompareField(after, was, field, isTaken, isTold);
            else breaks.Add(SpecErrors.BrokenField, after.Place, $"field '{was.Name}' of '{after.Name}' is gone; keep it");
        }
        if (!isTaken) return;
        foreach (var added in after.Fields.Where(f => !f.Optional && f.Default is null && !before.Fields.Any(b => b.Name == f.Name)))
        {
            breaks.Add(SpecErrors.BrokenField, added.Place,
                $"field '{added.Name}' of '{after.Name}' is new and required, and callers of the released version do not send it; make it optional or give it a default");
        }
        if (after.AtLeastOne && !before.AtLeastOne) breaks.Add(SpecErrors.BrokenField, after.Place, $"'{after.Name}' needs one field at least and was released without that; set at_least_one: false");
    }

    private void CompareField(RecordSpec record, FieldSpec before, FieldSpec after, bool isTaken, bool isTold)
    {
        if (before.Id != after.Id)
        {
            breaks.Add(SpecErrors.MovedField, after.Place,
                $"field '{after.Name}' of '{record.Model}' is the {Ordinal(after.Id)} of its model and was released as the {Ordinal(before.Id)}; keep the order and write new fields last");
        }
        if (before.Type != after.Type)
        {
            breaks.Add(SpecErrors.BrokenField, after.Place,
                $"field '{after.Name}' of '{record.Model}' is {Scalars.Name(after.Type)} and was released as {Scalars.Name(before.Type)}; keep that");
            return;
        }
        if (isTold && !before.Optional && after.Optional)
        {
            breaks.Add(SpecErrors.BrokenField, after.Place,
                $"field '{after.Name}' of '{record.Name}' is optional, and readers of the released version count on it; keep it required");
        }
        if (!isTaken) return;
        if ((before.Optional || before.Default is not null) && !after.Optional && after.Default is null)
        {
            breaks.Add(SpecErrors.BrokenField, after.Place,
                $"field '{after.Name}' of '{record.Name}' is required and was released as optional; keep it so");
        }
        else if (before.Optional && !after.Optional)
        {
            breaks.Add(SpecErrors.BrokenField, after.Place,
                $"field '{after.Name}' of '{record.Name}' may not be null, as it was released; keep it optional");
        }
        foreach (var narrowed in Narrowing.Of(before, after)) breaks.Add(SpecErrors.BrokenField, after.Place, $"field '{after.Name}' of '{record.Name}' {narrowed}");
    }

    private void CompareEnum(EnumSpec before)
    {
        // Of an enum that is gone, its fields say so.
        if (now.Enums.FirstOrDefault(e => e.Name == before.Name) is not { } after) return;
        foreach (var value in before.Values.Except(after.Values))
        {
            breaks.Add(SpecErrors.BrokenEnum, after.Place, $"value '{value}' of '{after.Name}' is gone; keep it");
        }
    }

    private static string Ordinal(int id) => (id + 1) switch { 1 => "first", 2 => "second", 3 => "third", var n => $"{n}th" };
}
