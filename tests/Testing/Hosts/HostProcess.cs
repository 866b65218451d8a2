using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Buildify.Testing.Hosts;

/// <summary>The AppHost as a process of its own, that a test can kill.</summary>
public sealed partial class HostProcess : IAsyncDisposable
{
    public const string AdminPassword = "a-password-for-tests";

    /// <summary>The host's own program, with the modules that it was built with.</summary>
    public static string Program { get; } = typeof(HostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(about => about.Key == "AppHost").Value!;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    private HostProcess(Process process, string address)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = new Uri(address), Timeout = Limit };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    public HttpClient Http { get; }

    public int ProcessId => _process.Id;

    /// <summary>All it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts the host and returns when it is ready, signed in as the administrator.</summary>
    /// <param name="folder">Its data; survives the process.</param>
    /// <param name="environment">Further variables; one that is null is taken away.</param>
    public static Task<HostProcess> Start(string folder, params (string Name, string? Value)[] environment) => StartProgram(Program, folder, environment);

    /// <summary>Starts another program that is a host.</summary>
    /// <param name="program">Its assembly.</param>
    public static async Task<HostProcess> StartProgram(string program, string folder, params (string Name, string? Value)[] environment)
    {
        var host = LaunchProgram(program, folder, environment);
        await host.Ready();
        if (!environment.Any(variable => variable.Name == "BUILDIFY_ADMIN_PASSWORD")) await host.SignIn();
        return host;
    }

    /// <summary>Starts the host and waits for nothing.</summary>
    public static HostProcess Launch(string folder, params (string Name, string? Value)[] environment) => LaunchProgram(Program, folder, environment);

    /// <summary>The same with another build of the host.</summary>
    public static HostProcess LaunchProgram(string program, string folder, params (string Name, string? Value)[] environment)
    {
        Directory.CreateDirectory(folder);
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", [program])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = address,
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["BUILDIFY_ADMIN_PASSWORD"] = AdminPassword,
                ["BUILDIFY_DATA"] = Path.Combine(folder, "data"),
                ["Cluster__SiloPort"] = SamePort(folder, "silo"),
                ["Cluster__GatewayPort"] = SamePort(folder, "gateway"),
            },
        };
        foreach (var unwanted in new[] { "DATABASE_URL", "ConnectionStrings__Postgres", "BUILDIFY_FAILPOINT" }) start.Environment.Remove(unwanted);
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var host = new HostProcess(Process.Start(start)!, address);
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    public async Task Ready()
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The host left with {_process.ExitCode}:\n{Output}");
            try
            {
                if ((await Http.GetAsync("/ready", limit.Token)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                // Nobody listens yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The host was not ready after {Limit}:\n{Output}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    public async Task SignIn()
    {
        var answer = await Http.PostAsJsonAsync("/api/v1/auth/token", new { email = "admin@localhost", password = AdminPassword });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("access_token").GetString());
    }

    /// <summary>Sends a request; the tenant goes along as <c>X-Tenant</c>.</summary>
    public async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, string? json = null, string? tenant = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (tenant is not null) request.Headers.Add("X-Tenant", tenant);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    /// <summary>Sends a request that has to succeed, and answers its body.</summary>
    public async Task<JsonElement> Call(HttpMethod method, string path, string? json = null, string? tenant = null)
    {
        using var answer = await Send(method, path, json, tenant);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Returns when it has printed a line with this in it.</summary>
    public Task Printed(string text)
    {
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal)) return Task.CompletedTask;
            if (!_awaited.TryGetValue(text, out var source)) _awaited[text] = source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return source.Task.WaitAsync(Limit, TimeProvider.System);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and what the process ends with.</summary>
    public async Task<int> Terminate()
    {
        using (Process.Start("kill", ["-TERM", $"{_process.Id}"])) await _process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Terminate();
        Http.Dispose();
        _process.Dispose();
    }

    /// <summary>The command that it printed for looking into its database.</summary>
    public string PsqlCommand() => Psql().Match(Output).Groups[1].Value;

    private void Read(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            _output.AppendLine(line);
            foreach (var (_, source) in _awaited.Where(awaited => line.Contains(awaited.Key, StringComparison.Ordinal))) source.TrySetResult();
        }
    }

    // A silo that comes back at its address takes the place of the one that died there; at another it would wait for that one's death
    // to be noticed.
    private static string SamePort(string folder, string name)
    {
        var file = Path.Combine(folder, $"{name}.port");
        if (!File.Exists(file)) File.WriteAllText(file, $"{FreePort()}");
        return File.ReadAllText(file);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^\s*(PGPASSFILE=.* psql .*?) -c ", RegexOptions.Multiline)]
    private static partial Regex Psql();
}
