using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Buildify.Bench.Http;

/// <param name="Route">As <c>MapGet</c> takes it.</param>
internal sealed record BareAnswer(string Route, string Body);

/// <summary>
/// The reference over HTTP: the least ASP.NET that answers the same bytes. No logging, no authentication, no limits beyond Kestrel's,
/// nothing computed.
/// </summary>
internal sealed class BareApi : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _file;

    private BareApi(Process process, int port, string file) => (_process, Port, _file) = (process, port, file);

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts it as a process of its own and returns when it listens.</summary>
    public static async Task<BareApi> Launch(params BareAnswer[] answers)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(answers));
        var process = Process.Start(Child.Start(Child.Bare, file))!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The bare API did not start.");
        return new(process, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), file);
    }

    /// <summary>In the child. It leaves when whoever started it closes its input, or is gone.</summary>
    public static int Run(string file)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        using var app = builder.Build();
        foreach (var answer in JsonSerializer.Deserialize<BareAnswer[]>(File.ReadAllText(file))!)
        {
            var body = Encoding.UTF8.GetBytes(answer.Body);
            app.MapGet(answer.Route, http =>
            {
                http.Response.ContentType = "application/json";
                http.Response.ContentLength = body.Length;
                return http.Response.Body.WriteAsync(body).AsTask();
            });
        }
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
        File.Delete(_file);
    }
}
