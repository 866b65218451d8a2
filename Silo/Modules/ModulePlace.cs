using System.Globalization;
using Npgsql;

namespace Buildify.Silo.Modules;

/// <summary>A database that has modules' tables.</summary>
/// <param name="Id">Empty for the platform's own; else where it is, without the user.</param>
/// <param name="Administration">A pool with the platform's rights there.</param>
/// <param name="ConnectionString">The same, as Npgsql's keywords. Holds the password: never log it.</param>
internal sealed record ModulePlace(string Id, NpgsqlDataSource Administration, string ConnectionString)
{
    private readonly NpgsqlConnectionStringBuilder _keywords = new(ConnectionString);

    public bool IsSeparate => Id.Length > 0;

    // As PostgreSQL does where the string names none.
    public string Database => _keywords.Database ?? _keywords.Username ?? "";

    public string Role => _keywords.Username ?? Environment.UserName;

    public override string ToString() => Id;

    public static string IdOf(NpgsqlConnectionStringBuilder keywords) =>
        string.Create(CultureInfo.InvariantCulture, $"{keywords.Host}:{keywords.Port}/{keywords.Database ?? keywords.Username}");
}
