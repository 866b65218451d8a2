namespace Buildify.Gateway.Limits;

/// <summary>What one caller may take of this process. Set as <c>Limits__RequestSeconds</c> and so on.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>How long a request may take until 503, in seconds; 1 to 600, by default 30.</summary>
    public int RequestSeconds { get; private set; } = 30;

    /// <summary>The largest body, in bytes; 1 KiB to 64 MiB, by default 1 MiB.</summary>
    public int BodyBytes { get; private set; } = 1024 * 1024;

    /// <summary>The largest batch of tasks, in bytes; 1 KiB to 64 MiB, by default 64 MiB.</summary>
    public int TaskBatchBytes { get; private set; } = 64 * 1024 * 1024;

    /// <summary>All names and values of a request's headers together, in bytes; 1 KiB to 128 KiB, by default 32 KiB.</summary>
    public int HeaderBytes { get; private set; } = 32 * 1024;

    /// <summary>Connections at a time; one more is closed at once. 1 to 100,000, by default 10,000.</summary>
    public int Connections { get; private set; } = 10_000;

    /// <summary>What a body and an answer must move at least, in bytes a second after 5 seconds; 1 to 1 MiB, by default 240.</summary>
    public int BytesPerSecond { get; private set; } = 240;

    /// <summary>What is wrong with the settings; all of it.</summary>
    public List<string> Errors { get; } = [];

    public void Read(IConfiguration configuration)
    {
        NumberSettings.Read(configuration, Section, Errors, new()
        {
            [nameof(RequestSeconds)] = (1, 600, value => RequestSeconds = value),
            [nameof(BodyBytes)] = (1024, 64 * 1024 * 1024, value => BodyBytes = value),
            [nameof(TaskBatchBytes)] = (1024, 64 * 1024 * 1024, value => TaskBatchBytes = value),
            [nameof(HeaderBytes)] = (1024, 128 * 1024, value => HeaderBytes = value),
            [nameof(Connections)] = (1, 100_000, value => Connections = value),
            [nameof(BytesPerSecond)] = (1, 1024 * 1024, value => BytesPerSecond = value),
        });
    }
}
