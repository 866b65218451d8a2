using System.Text;

namespace Buildify.Tasks;

/// <summary>What a task must be, whoever enqueues it.</summary>
public static class TaskRules
{
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(3653);

    /// <summary>What is wrong, by the names that fields have over HTTP; empty where all is well. The payload is not looked into.</summary>
    public static IReadOnlyList<FieldError> Check(NewTask task, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(task);
        var errors = new Errors();
        errors.Add("priority", task.Priority is < 0 or > TaskOptions.MaxPriority, "must be from 0 to 9");
        errors.Add("max_attempts", task.MaxAttempts is < 1 or > 100, "must be from 1 to 100");
        errors.Add("unique_key", !IsKey(task.UniqueKey), KeyRule);
        errors.Add("ordering_key", !IsKey(task.OrderingKey), KeyRule);
        errors.Add("unique_seconds", task.UniqueSeconds is { } hold && !(hold > 0 && hold <= MaxDelay.TotalSeconds), "must be more than 0 seconds and at most ten years");
        errors.Add("unique_seconds", task.UniqueSeconds is not null && task.UniqueKey is null, "is for a task with a unique_key");
        var isDelay = task.DelaySeconds is not { } delay || (delay >= 0 && delay <= MaxDelay.TotalSeconds);
        errors.Add("delay_seconds", !isDelay, "must be from 0 seconds to ten years");
        errors.Add("delay_seconds", task.RunAt is not null && task.DelaySeconds is not null, "is there together with run_at; send one of them");
        if (task.ExpiresAt is not { } expiresAt) return errors.All;

        errors.Add("expires_at", expiresAt <= now, "must be in the future");
        errors.Add("expires_at", expiresAt > now && expiresAt <= Begin(task, isDelay, now), "must be after the time at which the task may begin");
        return errors.All;
    }

    /// <summary>What is wrong with a payload; null where nothing is.</summary>
    public static string? CheckPayload(string json)
    {
        if (!FitsInto(json)) return $"has more than {TaskOptions.MaxPayloadBytes} bytes; put the data into a table, and its key into the payload";
        return HasNul(json) ? "has the character U+0000, which cannot be stored; leave it out" : null;
    }

    /// <summary>Whether a payload has no more than <see cref="TaskOptions.MaxPayloadBytes"/>.</summary>
    public static bool FitsInto(string json) =>
        json.Length * 3L <= TaskOptions.MaxPayloadBytes || (json.Length <= TaskOptions.MaxPayloadBytes && Encoding.UTF8.GetByteCount(json) <= TaskOptions.MaxPayloadBytes);

    private const string KeyRule = "must be 1 to 255 characters without control characters";

    private static DateTimeOffset Begin(NewTask task, bool isDelay, DateTimeOffset now) =>
        task.RunAt ?? (isDelay ? now.AddSeconds(task.DelaySeconds ?? 0) : now);

    private static bool IsKey(string? key)
    {
        if (key is null) return true;
        var length = 0;
        foreach (var letter in key.EnumerateRunes())
        {
            // What is half of a surrogate pair is read as this, and PostgreSQL could not store it.
            if (Rune.IsControl(letter) || letter == Rune.ReplacementChar) return false;
            length++;
        }
        return length is > 0 and <= TaskOptions.MaxKeyLength;
    }

    // As an escape, which an even number of backslashes before it would undo.
    private static bool HasNul(string json)
    {
        for (var at = json.IndexOf("\\u0000", StringComparison.Ordinal); at >= 0; at = json.IndexOf("\\u0000", at + 1, StringComparison.Ordinal))
        {
            var before = at;
            while (before > 0 && json[before - 1] == '\\') before--;
            if ((at - before) % 2 == 0) return true;
        }
        return false;
    }

    private sealed class Errors
    {
        private List<FieldError>? _all;

        public IReadOnlyList<FieldError> All => _all ?? (IReadOnlyList<FieldError>)[];

        public void Add(string field, bool isWrong, string message)
        {
            if (isWrong) (_all ??= []).Add(new FieldError(field, message));
        }
    }
}
