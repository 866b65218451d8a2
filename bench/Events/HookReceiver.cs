using System.Diagnostics;
using System.Globalization;

namespace Buildify.Bench.Events;

/// <summary>An endpoint in a process of its own that takes every web hook and counts them.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    /// <summary>What takes longer than this is stuck.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly HttpClient _http = new();

    private HookReceiver(Process process, string port) => (_process, Url) = (process, $"http://127.0.0.1:{port}/hook");

    public string Url { get; }

    public static async Task<HookReceiver> Launch()
    {
        var process = Process.Start(Child.Start(Child.Hooks))!;
        return new(process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The receiver did not start."));
    }

    public async Task<long> Count() => long.Parse(await _http.GetStringAsync(Url), CultureInfo.InvariantCulture);

    public async Task Reaches(long count)
    {
        var start = Stopwatch.GetTimestamp();
        while (await Count() is var now && now < count)
        {
            if (Stopwatch.GetElapsedTime(start) > Limit) throw new TimeoutException($"{now} of {count} web hooks arrived within {Limit}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>In the child. It leaves when whoever started it closes its input, or is gone.</summary>
    public static int Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        using var app = builder.Build();
        var count = 0L;
        app.MapGet("/hook", () => Interlocked.Read(ref count).ToString(CultureInfo.InvariantCulture));
        app.MapPost("/hook", async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            Interlocked.Increment(ref count);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        app.Start();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        Console.In.ReadToEnd();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
