using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Buildify.AppHost.Postgres;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("buildify-private-").FullName;

    private string Data => Path.Combine(_root, ".data");

    private string Cluster => Path.Combine(Data, "postgres", "data");

    public void Dispose()
    {
        StopWhatAKilledHostLeft();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await using (var first = await Start())
        {
            await Execute(first, "CREATE TABLE kept (name text); INSERT INTO kept VALUES ('Grüße')");
        }

        await using var second = await Start(durable: true);
        second.WasAdopted.ShouldBeFalse();
        (await Query(second, "SELECT name FROM kept")).ShouldBe("Grüße");
        (await Query(second, "SHOW fsync")).ShouldBe("on");
        (await Query(second, "SHOW synchronous_commit")).ShouldBe("on");
        (await Query(second, "SHOW server_encoding")).ShouldBe("UTF8");
    }

    [Fact]
    public async Task After_a_kill_of_the_host_the_next_adopts_its_server()
    {
        using var host = await HostProcess.StartAsync(Data);
        await host.KillAsync();

        await using var next = await Start();

        (next.WasAdopted, next.ProcessId).ShouldBe((true, host.ServerId));
        (await Query(next, "SELECT 'it answers'")).ShouldBe("it answers");
    }

    [Fact]
    public async Task Ctrl_C_in_the_host_s_terminal_does_not_reach_the_server()
    {
        using var host = await HostProcess.StartAsync(Data);
        await host.InterruptAsync();

        await using var next = await Start();

        (next.WasAdopted, next.ProcessId).ShouldBe((true, host.ServerId));
    }

    [Fact]
    public async Task A_second_copy_on_one_folder_is_told_and_leaves_the_first_alone()
    {
        await using var first = await Start();

        var error = await Should.ThrowAsync<PrivatePostgresException>(Start());

        error.Message.ShouldContain($"Another Buildify (process {Environment.ProcessId}) runs on the data folder {Data}");
        error.Message.ShouldContain("BUILDIFY_DATA");
        (await Query(first, "SELECT 'still here'")).ShouldBe("still here");
    }

    [Fact]
    public async Task A_stopped_host_s_folder_is_free()
    {
        int server;
        await using (var first = await Start())
        {
            server = first.ProcessId;
        }

        Directory.Exists($"/proc/{server}/cwd").ShouldBeFalse("a process that ended, reaped or not, works nowhere");
        File.Exists(Path.Combine(Cluster, "postmaster.pid")).ShouldBeFalse();
        await using var second = await Start();
    }

    [Fact]
    public async Task A_half_made_cluster_is_made_anew()
    {
        var unfinished = Path.Combine(Data, "postgres", "data.new");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "15\n");

        await using var postgres = await Start();

        Directory.Exists(unfinished).ShouldBeFalse();
        (await Query(postgres, "SELECT 'whole'")).ShouldBe("whole");
    }

    [Fact]
    public async Task A_crashed_server_is_recovered_with_what_was_committed()
    {
        await using (var first = await Start(durable: true))
        {
            await Execute(first, "CREATE TABLE kept (name text); INSERT INTO kept VALUES ('committed')");
            Process.GetProcessById(first.ProcessId).Kill();
            first.Abandon();
        }

        await using var second = await Start();
        second.WasAdopted.ShouldBeFalse();
        (await Query(second, "SELECT name FROM kept")).ShouldBe("committed");
    }

    [Fact]
    public async Task A_pid_file_whose_number_is_another_process_s_is_stale()
    {
        await using (await Start())
        {
        }
        await File.WriteAllTextAsync(
            Path.Combine(Cluster, "postmaster.pid"),
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{Cluster}\n1\n5432\n/tmp\n127.0.0.1\n  0  0\nready   \n"));

        await using var postgres = await Start();

        postgres.WasAdopted.ShouldBeFalse();
        (await Query(postgres, "SELECT 'started'")).ShouldBe("started");
    }

    [Fact]
    public async Task A_server_never_runs_as_root_and_sees_none_of_the_host_s_environment()
    {
        Environment.SetEnvironmentVariable("BUILDIFY_TEST_SECRET", "s3cret");

        await using var postgres = await Start();

        var uid = File.ReadLines($"/proc/{postgres.ProcessId}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        uid.Split('\t')[1].ShouldNotBe("0");
        (await File.ReadAllTextAsync($"/proc/{postgres.ProcessId}/environ")).ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Where_the_path_is_too_long_for_a_socket_it_goes_to_the_temporary_folder()
    {
        var data = Path.Combine(_root, new string('d', 90));

        string sockets;
        await using (var postgres = await PrivatePostgres.StartAsync(new() { DataFolder = data, Durable = false }, CancellationToken.None))
        {
            sockets = postgres.SocketFolder.ShouldNotBeNull();
            sockets.ShouldStartWith(Path.GetTempPath());
            (await Query(postgres, "SELECT 'reached'")).ShouldBe("reached");
        }
        Directory.Exists(sockets).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_s_name_may_have_spaces_and_quotes()
    {
        var data = Path.Combine(_root, "it's ours, isn't it");

        await using var postgres = await PrivatePostgres.StartAsync(new() { DataFolder = data, Durable = false }, CancellationToken.None);

        (await Query(postgres, "SELECT 'reached'")).ShouldBe("reached");
    }

    [Fact]
    public async Task A_folder_s_name_that_a_shell_would_read_is_refused()
    {
        var error = await Should.ThrowAsync<PrivatePostgresException>(
            PrivatePostgres.StartAsync(new() { DataFolder = Path.Combine(_root, "$(id)") }, CancellationToken.None));

        error.Message.ShouldContain("BUILDIFY_DATA");
    }

    [Fact]
    public async Task The_printed_psql_command_works_and_holds_no_password()
    {
        await using var postgres = await Start();
        var password = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Password.ShouldNotBeNull();
        postgres.PsqlCommand.ShouldNotContain(password);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(Data, "pgpass")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var start = new ProcessStartInfo("/bin/sh", ["-c", postgres.PsqlCommand + " -Atc 'SELECT current_database()'"]) { RedirectStandardOutput = true };
        using var psql = Process.Start(start)!;

        (await psql.StandardOutput.ReadToEndAsync()).Trim().ShouldBe("buildify");
    }

    [Fact]
    public async Task Without_server_programs_the_message_names_the_ways_to_get_them()
    {
        var error = await Should.ThrowAsync<PrivatePostgresException>(
            PrivatePostgres.StartAsync(new() { DataFolder = Data, ProgramsFolder = _root }, CancellationToken.None));

        foreach (var way in new[] { "apt-get install postgresql", "brew install", "ConnectionStrings__Postgres", "DATABASE_URL" })
            error.Message.ShouldContain(way);
        await using var afterwards = await Start();
    }

    [Fact]
    public async Task A_lost_password_is_told_and_not_made_anew()
    {
        await using (await Start())
        {
        }
        File.Delete(Path.Combine(Data, "pgpass"));

        (await Should.ThrowAsync<PrivatePostgresException>(Start())).Message.ShouldContain("pgpass is gone");
    }

    [Fact]
    public async Task A_server_that_does_not_start_tells_what_it_logged()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var error = await Should.ThrowAsync<PrivatePostgresException>(
            PrivatePostgres.StartAsync(new() { DataFolder = Data, Port = port, Durable = false }, CancellationToken.None));

        error.Message.ShouldContain("Address already in use");
    }

    [Fact]
    public async Task A_stopped_server_comes_back_on_its_port()
    {
        await using var postgres = await Start();
        var port = postgres.Port;

        await postgres.StopServerAsync(CancellationToken.None);
        await Should.ThrowAsync<NpgsqlException>(Query(postgres, "SELECT 'gone'"));
        await postgres.StartServerAsync(CancellationToken.None);

        postgres.Port.ShouldBe(port);
        (await Query(postgres, "SELECT 'back'")).ShouldBe("back");
    }

    private Task<PrivatePostgres> Start(bool durable = false) =>
        PrivatePostgres.StartAsync(new() { DataFolder = Data, Durable = durable }, CancellationToken.None);

    private static async Task Execute(PrivatePostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> Query(PrivatePostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private void StopWhatAKilledHostLeft()
    {
        if (PostmasterFile.Read(Cluster) is { } left && left.IsAlive(Cluster))
            Process.GetProcessById(left.Pid).Kill();
    }
}
