using Buildify.Storage;

namespace Buildify.Modules;

/// <summary>State <c>module</c>; the view <c>modules</c> reads it.</summary>
internal sealed record ModuleDocument : Document
{
    public string Name { get; init; } = "";
    public string Version { get; init; } = "";
    public ModuleState State { get; init; }
    public ModuleSource Source { get; init; }
    public JsonText Manifest { get; init; } = JsonText.EmptyObject;

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public DateTimeOffset RegisteredAt { get; init; }
    public string RegisteredBy { get; init; } = "";
}
