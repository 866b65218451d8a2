using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Events.Subscriptions;

/// <summary>The statements of <c>Events/Subscriptions/Sql</c> and <c>Events/Routing/Sql</c>, by file name.</summary>
internal static class SubscriptionSql
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    public static string Of(string name, string folder = "Subscriptions") => Texts.GetOrAdd(name, static (name, folder) =>
    {
        using var reader = new StreamReader(typeof(SubscriptionSql).Assembly.GetManifestResourceStream($"Buildify.Events.{folder}.Sql.{name}.sql")
            ?? throw new InvalidOperationException($"There is no Events/{folder}/Sql/{name}.sql."));
        return reader.ReadToEnd();
    }, folder);

    /// <summary>A parameter with its type said: nulls have none of their own.</summary>
    public static NpgsqlParameter Typed(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
