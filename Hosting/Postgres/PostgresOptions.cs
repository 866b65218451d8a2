namespace Buildify.Hosting.Postgres;

/// <summary>Where PostgreSQL is and how much of it one process may use.</summary>
public sealed class PostgresOptions
{
    /// <summary>
    /// Npgsql's keywords, complete: <c>ConnectionStrings__Postgres</c> or <c>DATABASE_URL</c> with the bounds below filled in where
    /// the string itself does not set them. Holds the password: never log it.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Connections one process may hold, 1 to 1,000 (<c>Postgres__MaxPoolSize</c>). Default 20.</summary>
    public int MaxPoolSize { get; set; } = 20;

    /// <summary>
    /// Processes of all roles that share the server (<c>Postgres__Processes</c>), for the check against <c>max_connections</c>.
    /// Default 1.
    /// </summary>
    public int Processes { get; set; } = 1;

    /// <summary>
    /// How long a start waits for a server that is not up yet, in seconds, 0 to 3,600 (<c>Postgres__StartSeconds</c>). Default 30.
    /// </summary>
    public int StartSeconds { get; set; } = 30;

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    internal List<string> Errors { get; } = [];
}
