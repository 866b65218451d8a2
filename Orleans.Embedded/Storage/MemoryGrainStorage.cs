using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Keeps states for as long as the cluster has a silo. Through JSON and back, so that a grain cannot hold on to an object that is
/// "stored", and so that what would not survive a real storage does not survive here.
/// </summary>
internal sealed class MemoryGrainStorage(MemoryGrainStorage.Table table) : IGrainStorage
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = table.Rows.GetValueOrDefault((stateName, grainId));
        grainState.ETag = stored?.ETag;
        grainState.RecordExists = stored?.Json is not null;
        grainState.State = stored?.Json is { } json ? JsonSerializer.Deserialize<T>(json, Json) : NewState<T>();
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json);
        grainState.ETag = Put((stateName, grainId), grainState.ETag, json);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Put((stateName, grainId), grainState.ETag, null);
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = NewState<T>();
        return Task.CompletedTask;
    }

    private string? Put((string State, GrainId Grain) key, string? expected, byte[]? json)
    {
        var row = new Row(json, json is null ? null : Guid.NewGuid().ToString("N"));
        lock (table)
        {
            // What was cleared is as what never was, except that only who saw it cleared may write it.
            if (table.Rows.TryGetValue(key, out var stored) && stored.ETag != expected)
            {
                throw new InconsistentStateException(
                    $"e-Tag mismatch in Memory Storage. Stored = {stored.ETag ?? "null"} Received = {expected}", stored.ETag, expected);
            }

            table.Rows[key] = row;
        }

        return row.ETag;
    }

    private static T? NewState<T>() => typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null
        ? Activator.CreateInstance<T>()
        : default;

    /// <summary>One for each storage of a cluster, whichever silo writes to it.</summary>
    internal sealed class Table
    {
        public ConcurrentDictionary<(string State, GrainId Grain), Row> Rows { get; } = new();
    }

    internal sealed record Row(byte[]? Json, string? ETag);
}
