using System.Text;
using System.Text.Json;
using Buildify.Operations;

namespace Buildify.Worker.Execution;

/// <summary>Results as JSON.</summary>
internal static class TaskResults
{
    public const int MaxBytes = 256 * 1024;

    private const int MostBytesPerChar = 3;

    /// <returns>Null for none.</returns>
    /// <exception cref="TaskResultException">It is no JSON, or too much of it.</exception>
    public static string? Write<TResult>(TResult result)
    {
        if (result is null or Unit) return null;

        string text;
        try
        {
            text = JsonSerializer.Serialize(result, BuildifyJson.Options);
        }
        catch (Exception error)
        {
            throw new TaskResultException($"The handler's result, a {typeof(TResult).Name}, cannot be written as JSON.", error);
        }
        if (text.Length * MostBytesPerChar > MaxBytes && Encoding.UTF8.GetByteCount(text) is var bytes and > MaxBytes)
        {
            throw new TaskResultException(
                $"The handler's result has {bytes} bytes, more than {MaxBytes}; keep it elsewhere, and let the result say where.", null);
        }
        return text;
    }
}
