using System.Collections.Concurrent;

namespace Buildify.Events;

/// <summary>The statements of <c>Events/Sql</c>, by file name.</summary>
internal static class EventSql
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    public static string Of(string name) => Texts.GetOrAdd(name, static name =>
    {
        using var reader = new StreamReader(typeof(EventSql).Assembly.GetManifestResourceStream($"Buildify.Events.Sql.{name}.sql")
            ?? throw new InvalidOperationException($"There is no Events/Sql/{name}.sql."));
        return reader.ReadToEnd();
    });
}
