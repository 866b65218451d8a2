using Npgsql;

namespace Buildify.Silo.Postgres;

/// <summary>The database cannot be brought to the schema this program needs. The message is for the person who starts it.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>A statement is shown up to here; a generated one may be megabytes.</summary>
    private const int ShownLength = 2_000;

    private MigrationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    internal static MigrationException Changed(string set, Migration migration, string applied) => new(
        $"Migration {set}/{migration.File} was changed after it was applied (its checksum was {applied[..12]}…, now it is "
        + $"{migration.Checksum[..12]}…). Restore the file and put the change into a new one with the next number.");

    internal static MigrationException OutOfOrder(string set, Migration migration, int newest) => new(
        $"Migration {set}/{migration.File} has not been applied although {newest:0000} has. Migrations only go forward: give it a "
        + $"number after {newest:0000}.");

    internal static MigrationException Failed(string set, Migration migration, SqlStatement statement, PostgresException error)
    {
        var shown = statement.Text.Length <= ShownLength ? statement.Text : statement.Text[..ShownLength] + "…";
        var line = statement.Line;
        if (error.Position > 0 && error.Position <= statement.Text.Length)
            line += statement.Text.AsSpan(0, error.Position - 1).Count('\n');
        var more = string.Concat(
            error.Detail is null ? "" : $"\n  detail: {error.Detail}",
            error.Hint is null ? "" : $"\n  hint: {error.Hint}",
            error.Where is null ? "" : $"\n  where: {error.Where}");
        return new(
            $"Migration {set}/{migration.File} failed at line {line}; nothing of it was kept.\n  {error.SqlState}: {error.MessageText}{more}\n"
            + $"  statement (line {statement.Line}):\n{Indent(shown)}",
            error);
    }

    private static string Indent(string text) =>
        string.Join('\n', text.Split('\n').Select(line => "    " + line.TrimEnd('\r')));
}
