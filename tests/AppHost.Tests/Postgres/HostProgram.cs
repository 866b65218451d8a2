namespace Buildify.AppHost.Postgres;

/// <summary>
/// A host with a private server and nothing else, in a process of its own: <c>dotnet AppHost.Tests.dll FOLDER</c> prints the server's
/// process and then waits to be killed.
/// </summary>
internal static class HostProgram
{
    public static async Task Main(string[] arguments)
    {
        var postgres = await PrivatePostgres.StartAsync(new() { DataFolder = arguments[0] }, CancellationToken.None);
        Console.WriteLine(postgres.ProcessId);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }
}
