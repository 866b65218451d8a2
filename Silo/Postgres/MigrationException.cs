using Buildify.Silo.Modules;
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

    internal static MigrationException Refused(string set, Migration migration, SqlStatement statement, string why) => new(
        $"Migration {set}/{migration.File} is refused at line {statement.Line}; nothing of it was kept.\n  {why}");

    internal static MigrationException Refused(string set, Migration migration, IReadOnlyList<string> problems) => new(
        $"Migration {set}/{migration.File} is refused; nothing of it was kept.{string.Concat(problems.Select(problem => $"\n  {problem}"))}");

    internal static MigrationException Unguarded(string module, IReadOnlyList<string> problems) => new(
        $"The tables of '{module}' cannot be used as they are.{string.Concat(problems.Select(problem => $"\n  {problem}"))}");

    internal static MigrationException TooOld(string module, string version, string newest) => new(
        $"The tables of '{module}' were made by its version {newest}, a major step ahead of this one, {version}. Start {newest} or a later one again.");

    internal static MigrationException NoRight(string module, string platformRole, ModuleAccount account, PostgresException error) => new(
        $"The roles for the tables of '{module}' ({account.OwnerRole}, {account.RuntimeRole}) cannot be made: {error.MessageText}. Let a superuser run "
        + $"ALTER ROLE \"{platformRole}\" CREATEROLE; where the roles are there already, made by another, let him drop them or grant them to "
        + $"\"{platformRole}\" WITH ADMIN OPTION.",
        error);

    internal static MigrationException NoSchema(string module, string platformRole) => new(
        $"\"{platformRole}\" cannot let '{module}' make tables in the schema public. Let the schema's owner run "
        + $"GRANT CREATE ON SCHEMA public TO \"{platformRole}\" WITH GRANT OPTION, or give the database to that role.");

    internal static MigrationException NoDatabase(string module) => new(
        $"The manifest of '{module}' asks for a database of its own. Say where with Modules__{module}__Database__ConnectionString "
        + "(postgresql://user:password@host:5432/database), on each silo; or let it share the platform's with "
        + $"Modules__{module}__Database__Strategy=shared.");

    internal static MigrationException NotMade(ModulePlace place, string statement, PostgresException error) => new(
        $"The database {place.Id} is not there and could not be made: {error.MessageText}. Let a superuser of that server run "
        + $"{statement} OWNER \"{place.Role}\".",
        error);

    private static string Indent(string text) =>
        string.Join('\n', text.Split('\n').Select(line => "    " + line.TrimEnd('\r')));
}
