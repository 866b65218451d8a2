namespace Buildify.AppHost.Postgres;

/// <summary>How the private server is set up.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>Where its data, log and password live. Relative to the current directory. Default <c>.data</c>.</summary>
    public string DataFolder { get; init; } = ".data";

    /// <summary>Created where it is missing. Default <c>buildify</c>.</summary>
    public string Database { get; init; } = "buildify";

    /// <summary>
    /// Whether a commit is on the disk when it is answered. Default true; false is for tests alone, whose data may be lost.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>The loopback port. Default 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>How long a start, or the recovery after a crash, may take. Default a minute.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the server may take to stop before it is told to stop at once. Default 30 seconds.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The folder of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>. Default null: found (<see cref="ServerPrograms"/>).</summary>
    public string? ProgramsFolder { get; init; }

    /// <summary>Further settings of the server, as in <c>postgresql.conf</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>The private server cannot be had. The message says why and what to do, and needs no stack trace beside it.</summary>
public sealed class PrivatePostgresException(string message, Exception? inner = null) : Exception(message, inner);
