using Buildify.Specs.Model;
using Buildify.Specs.Reading;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Releases;

/// <summary>Compares the events and tasks of two versions.</summary>
internal static class MessageChanges
{
    public static void Check(ModuleSpec released, ModuleSpec now, Breaks breaks)
    {
        foreach (var before in released.Events)
        {
            var after = now.Events.FirstOrDefault(e => e.Name == before.Name);
            if (after is null)
            {
                breaks.Add(SpecErrors.BrokenEvent, now.Events.FirstOrDefault()?.Place is { } p ? p with { Line = 1, Column = 1 } : now.Place,
                    $"event '{before.Name}' is gone; keep it");
            }
            else if (after.Payload != before.Payload)
            {
                breaks.Add(SpecErrors.BrokenEvent, after.Place,
                    $"event '{after.Name}' carries {after.Payload.Name} and was released with {before.Payload.Name}; keep that");
            }
        }
        foreach (var before in released.Tasks)
        {
            var after = now.Tasks.FirstOrDefault(t => t.Name == before.Name);
            if (after is null)
            {
                breaks.Add(SpecErrors.BrokenTask, now.Tasks.FirstOrDefault()?.Place is { } p ? p with { Line = 1, Column = 1 } : now.Place,
                    $"task '{before.Name}' is gone; keep it");
                continue;
            }
            if (after.Payload != before.Payload)
            {
                breaks.Add(SpecErrors.BrokenTask, after.Place,
                    $"task '{after.Name}' carries {after.Payload.Name} and was released with {before.Payload.Name}; keep that");
            }
            if (before.Result is { } result && after.Result != result)
            {
                breaks.Add(SpecErrors.BrokenTask, after.Place,
                    $"task '{after.Name}' answers {(after.Result is { } answer ? Scalars.Name(answer) : "nothing")} and was released with {Scalars.Name(result)}; keep that");
            }
        }
    }
}
