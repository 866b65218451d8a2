using Dapper;
using Npgsql;

namespace Buildify.Idempotency;

/// <summary>Writes down that a key was used where the effect is no document: in the transaction that makes the effect.</summary>
internal static class IdempotencyRows
{
    /// <param name="connection">In a transaction.</param>
    /// <param name="response">JSON; what a repeat of the request is answered.</param>
    /// <exception cref="PostgresException">The constraint <c>idempotency_keys_pkey</c>: the key was used in the meantime.</exception>
    public static Task Record(NpgsqlConnection connection, IdempotencyStamp stamp, string response) => connection.ExecuteAsync(
        """
        SELECT empty_outbox(jsonb_build_object('idempotency', jsonb_build_array(jsonb_build_object(
            'scope', @Scope, 'key', @Key, 'fingerprint', @Fingerprint, 'status', @Status, 'response', @response::text::jsonb))))
        """,
        new { stamp.Scope, stamp.Key, stamp.Fingerprint, stamp.Status, response });
}
