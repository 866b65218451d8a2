#if !ORLEANS
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Orleans.Storage;

namespace Buildify.Silo.Postgres;

/// <summary>
/// Grain state in <c>grain_state</c> for the embedded build. It runs the statements of <c>orleansquery</c> with the parameters that
/// Orleans' ADO.NET provider binds, and so leaves the rows that provider would have left: a database begun here opens on Orleans. One
/// round trip a read, one a write; the pool keeps the statements prepared. The ETag is the row's version.
/// </summary>
internal sealed class PostgresGrainStorage(NpgsqlDataSource source, string serviceId) : IGrainStorage
{
    /// <summary>The texts are fixed once the database is migrated; a failed load is tried again by whoever comes next.</summary>
    private StorageQueries? _queries;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await using var command = Command((await QueriesAsync(cancellationToken)).Read, stateName, grainId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = await reader.ReadAsync(cancellationToken);
        // A row without a document is a state that was cleared.
        var exists = found && !reader.IsDBNull(0);
        var state = exists ? DocumentSerializer.Deserialize<T>(reader.GetFieldValue<byte[]>(0)) : default;

        grainState.State = state ?? Activator.CreateInstance<T>();
        grainState.ETag = found ? ETag(reader.GetInt32(1)) : null;
        grainState.RecordExists = exists;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <exception cref="InconsistentStateException">Another activation wrote first; the state's ETag and record are as they were.</exception>
    public async Task WriteStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await using var command = Command((await QueriesAsync(cancellationToken)).Write, stateName, grainId);
        AddVersion(command, grainState.ETag);
        command.Parameters.Add(new NpgsqlParameter<byte[]>("PayloadBinary", DocumentSerializer.Serialize(grainState.State)));
        if (await command.ExecuteScalarAsync(cancellationToken) is not int version)
            throw Conflict("write", stateName, grainId, grainState.ETag);

        grainState.ETag = ETag(version);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <exception cref="InconsistentStateException">Another activation wrote first.</exception>
    public async Task ClearStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (!grainState.RecordExists && grainState.ETag is null)
        {
            await ReadStateAsync(stateName, grainId, grainState, cancellationToken);
            if (!grainState.RecordExists)
                return;
        }

        await using var command = Command((await QueriesAsync(cancellationToken)).Clear, stateName, grainId);
        AddVersion(command, grainState.ETag);
        if (await command.ExecuteScalarAsync(cancellationToken) is not int version)
            throw Conflict("clear", stateName, grainId, grainState.ETag);

        grainState.ETag = ETag(version);
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private async ValueTask<StorageQueries> QueriesAsync(CancellationToken cancellation) =>
        _queries ??= await StorageQueries.LoadAsync(source, cancellation);

    private NpgsqlCommand Command(string text, string stateName, GrainId grainId)
    {
        var key = StorageKey.Of(grainId);
        var command = source.CreateCommand(text);
        command.Parameters.Add(new NpgsqlParameter<string>("ServiceId", serviceId));
        command.Parameters.Add(new NpgsqlParameter<string>("GrainTypeString", stateName));
        command.Parameters.Add(new NpgsqlParameter<long>("GrainIdN0", key.N0));
        command.Parameters.Add(new NpgsqlParameter<long>("GrainIdN1", key.N1));
        command.Parameters.Add(new NpgsqlParameter("GrainIdExtensionString", NpgsqlDbType.Text) { Value = (object?)key.Text ?? DBNull.Value });
        return command;
    }

    private static void AddVersion(NpgsqlCommand command, string? eTag) =>
        command.Parameters.Add(new NpgsqlParameter("GrainStateVersion", NpgsqlDbType.Integer)
        {
            Value = eTag is null ? DBNull.Value : int.Parse(eTag, CultureInfo.InvariantCulture),
        });

    private static string ETag(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static InconsistentStateException Conflict(string operation, string stateName, GrainId grainId, string? eTag) => new(
        $"Version conflict: {operation} of state {stateName} of grain {grainId} expected version {eTag ?? "none"}; another activation wrote first.");
}
#endif
