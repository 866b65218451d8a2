using Buildify.Silo.Modules;

namespace Buildify.Silo.Tasks;

/// <summary>Empties the outboxes in modules' own databases, every second. Each silo has one; a database is read by one at a time.</summary>
internal sealed partial class OutboxRelay(IEnumerable<IOutbox> outboxes, ModulePlaces places, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly IOutbox[] _outboxes = [.. outboxes];
    private readonly HashSet<(string Outbox, string Place)> _failing = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Rest, time);
        do
        {
            foreach (var place in places.Separate)
            {
                foreach (var outbox in _outboxes) await Empty(outbox, place, stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Empty(IOutbox outbox, ModulePlace place, CancellationToken cancellation)
    {
        try
        {
            while (await outbox.Move(place, cancellation))
            {
            }
            if (_failing.Remove((outbox.Name, place.Id))) Log.Recovered(logger, outbox.Name, place.Id);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // Said once for each, not every second; the others go on.
            if (_failing.Add((outbox.Name, place.Id))) Log.Failed(logger, outbox.Name, place.Id, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The {Outbox} of {Database} cannot be moved; tried again every second")]
        public static partial void Failed(ILogger logger, string outbox, string database, Exception error);

        [LoggerMessage(2, LogLevel.Information, "The {Outbox} of {Database} are moved again")]
        public static partial void Recovered(ILogger logger, string outbox, string database);
    }
}
