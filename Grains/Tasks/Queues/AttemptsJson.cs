using System.Collections.Immutable;
using System.Text.Json;

namespace Buildify.Tasks.Queues;

/// <summary>The attempts that failed, as <c>tasks.attempts</c> has them.</summary>
internal static class AttemptsJson
{
    /// <summary>Of a task that is retried by hand again and again, the last so many are kept.</summary>
    private const int Most = 100;

    public static string Append(string? attempts, TaskAttempt attempt)
    {
        var all = Read(attempts).Add(attempt);
        return JsonSerializer.Serialize(all.Length > Most ? all[^Most..] : all, BuildifyJson.Options);
    }

    public static ImmutableArray<TaskAttempt> Read(string? attempts) =>
        attempts is null ? [] : JsonSerializer.Deserialize<ImmutableArray<TaskAttempt>>(attempts, BuildifyJson.Options);

    public static string? Of(TaskProgress? progress) => progress is null ? null : JsonSerializer.Serialize(progress, BuildifyJson.Options);
}
