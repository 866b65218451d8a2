using Npgsql;
using NpgsqlTypes;

namespace Buildify.Tasks;

/// <summary>Parameters that may be NULL, and so say their type.</summary>
internal static class TaskParameters
{
    public static NpgsqlParameter Text(string name, string? value) => Of(name, NpgsqlDbType.Text, value);

    public static NpgsqlParameter Id(string name, Guid? value) => Of(name, NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Ids(string name, Guid[] value) => Of(name, NpgsqlDbType.Array | NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Count(string name, int? value) => Of(name, NpgsqlDbType.Integer, value);

    public static NpgsqlParameter Time(string name, DateTimeOffset? value) => Of(name, NpgsqlDbType.TimestampTz, value?.ToUniversalTime());

    public static NpgsqlParameter Of(string name, NpgsqlDbType type, object? value) => new(name, type) { Value = value ?? DBNull.Value };
}
