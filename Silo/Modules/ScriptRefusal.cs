using System.Text.RegularExpressions;
using Buildify.Silo.Postgres;

namespace Buildify.Silo.Modules;

/// <summary>
/// What a module's script may not say: to become another role than its owner's, or to end the transaction that it is applied in. Against
/// slips, and what was copied from another tool's output; a module's code runs in the silo and is trusted as that is.
/// </summary>
internal static partial class ScriptRefusal
{
    /// <summary>Why the statement is refused; null where it is not.</summary>
    public static string? Of(SqlStatement statement)
    {
        if (Transaction().Match(statement.Text) is { Success: true } transaction)
        {
            return $"'{transaction.Value.Trim().ToUpperInvariant()}' is not for a script to say: each one is a transaction of its own. Leave it out.";
        }

        // Inside a function's body too.
        return Role().Match(statement.Text) is { Success: true } role
            ? $"'{Spaces().Replace(role.Value, " ").Trim()}' would make the script another role than its module's. Leave it out: the module's owner role has all rights on the module's tables."
            : null;
    }

    [GeneratedRegex(@"\A\s*(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Transaction();

    // "SET role = 'x'" at the beginning is the role, behind UPDATE a column.
    [GeneratedRegex(
        @"\A\s*set\s+role\b|\bset\s+role\b(?!\s*=)|\bset\s+(local|session)\s+role\b|\bset\s+((local|session)\s+)?session\s+authorization\b"
        + @"|\breset\s+(role|session\s+authorization|all)\b|\bdiscard\s+all\b|\bset_config\s*\(\s*'(role|session_authorization)'",
        RegexOptions.IgnoreCase)]
    private static partial Regex Role();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
