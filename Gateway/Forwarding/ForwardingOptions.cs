using Buildify.Gateway.Limits;

namespace Buildify.Gateway.Forwarding;

/// <summary>How requests go on to modules with a backend of their own. Set as <c>Forwarding__BodyBytes</c> and so on.</summary>
internal sealed class ForwardingOptions
{
    public const string Section = "Forwarding";

    /// <summary>The largest body that is forwarded, in bytes; it is streamed, never held. 1 KiB to 2 GiB, by default 64 MiB.</summary>
    public int BodyBytes { get; private set; } = 64 * 1024 * 1024;

    /// <summary>How long connecting may take, in seconds; 1 to 60, by default 5.</summary>
    public int ConnectSeconds { get; private set; } = 5;

    /// <summary>How long the backend may take to begin its answer, in seconds from the last byte it was sent; 1 to 3600, by default 100.</summary>
    public int Seconds { get; private set; } = 100;

    /// <summary>
    /// How long an answer that has begun may go without a byte, in seconds; 1 to 86,400, by default 300. A stream may last for
    /// ever as long as something comes.
    /// </summary>
    public int IdleSeconds { get; private set; } = 300;

    /// <summary>Connections to one address at a time; further requests wait for one. 1 to 100,000, by default 1000.</summary>
    public int Connections { get; private set; } = 1000;

    /// <summary>
    /// How many requests within <see cref="SampleSeconds"/> it takes for the breaker of an address to judge them; 2 to 10,000, by default 10.
    /// </summary>
    public int BreakAfter { get; private set; } = 10;

    /// <summary>How many of them must have failed for it to open, in percent; 1 to 100, by default 50.</summary>
    public int BreakPercent { get; private set; } = 50;

    /// <summary>How far back it looks, in seconds; 1 to 600, by default 30.</summary>
    public int SampleSeconds { get; private set; } = 30;

    /// <summary>How long it stays open before one request is let through as a trial, in seconds; 1 to 600, by default 5.</summary>
    public int BreakSeconds { get; private set; } = 5;

    /// <summary>What is wrong with the settings; all of it.</summary>
    public List<string> Errors { get; } = [];

    public void Read(IConfiguration configuration) => NumberSettings.Read(configuration, Section, Errors, new()
    {
        [nameof(BodyBytes)] = (1024, int.MaxValue, value => BodyBytes = value),
        [nameof(ConnectSeconds)] = (1, 60, value => ConnectSeconds = value),
        [nameof(Seconds)] = (1, 3600, value => Seconds = value),
        [nameof(IdleSeconds)] = (1, 86_400, value => IdleSeconds = value),
        [nameof(Connections)] = (1, 100_000, value => Connections = value),
        [nameof(BreakAfter)] = (2, 10_000, value => BreakAfter = value),
        [nameof(BreakPercent)] = (1, 100, value => BreakPercent = value),
        [nameof(SampleSeconds)] = (1, 600, value => SampleSeconds = value),
        [nameof(BreakSeconds)] = (1, 600, value => BreakSeconds = value),
    });
}
