using System.Diagnostics;
using System.Text.Json;

namespace Buildify.Bench;

/// <summary>This program as another process: one JSON line in, one out.</summary>
internal static class Child
{
    public const string Load = "child-load";
    public const string Insert = "child-insert";
    public const string Bare = "child-bare";
    public const string Hooks = "child-hooks";

    /// <summary>No order lasts as long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static ProcessStartInfo Start(params string[] arguments) =>
        new("dotnet", [typeof(Child).Assembly.Location, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };

    /// <summary>Runs one and waits for what it answers.</summary>
    public static async Task<TAnswer> Do<TOrder, TAnswer>(string kind, TOrder order)
    {
        using var process = Process.Start(Start(kind))!;
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit, TimeProvider.System);
            await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
            return JsonSerializer.Deserialize<TAnswer>(line ?? throw new InvalidOperationException($"{kind} left with {process.ExitCode}."))!;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>In the child: what it is to do.</summary>
    public static async Task<TOrder> Ask<TOrder>() => JsonSerializer.Deserialize<TOrder>((await Console.In.ReadLineAsync())!)!;

    /// <summary>In the child: what came of it.</summary>
    public static int Answer<TAnswer>(TAnswer answer)
    {
        Console.WriteLine(JsonSerializer.Serialize(answer));
        return 0;
    }
}
