using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Streams
{
    /// <summary>
    /// One silo's side of a provider whose items come out of a log: rewindable, and read-only. It keeps who subscribed and gives items to
    /// grains; what is in the log, who has got what, and when to try again is the business of the code that reads the log. Not a part of
    /// Orleans, where a persistent stream's queue adapter stands in its place.
    /// </summary>
    public sealed class LogStreams
    {
        private readonly string _name;
        private readonly Silo _silo;

        internal LogStreams(string name, Silo silo)
        {
            (_name, _silo) = (name, silo);
            var hub = Hub;
            hub.Changed += Pass;
            silo.Died.Register(() => hub.Changed -= Pass);

            void Pass(StreamSubscription subscription) => Changed?.Invoke(subscription.InLog);
        }

        /// <summary>Somebody subscribed, moved, or left. Raised in the subscriber's turn: only take note of it.</summary>
        public event Action<LogSubscription>? Changed;

        /// <summary>Fires when the silo dies without having stopped in good order.</summary>
        public CancellationToken Died => _silo.Died;

        /// <summary>All that are known, whatever their stream.</summary>
        public IEnumerable<LogSubscription> Subscriptions => Hub.All.Select(subscription => subscription.InLog);

        private StreamHub Hub => _silo.Cluster.Shared<StreamHub>(_name);

        /// <summary>Those of one stream, implicit and explicit.</summary>
        public IEnumerable<LogSubscription> Of(StreamId stream) => Hub.Subscriptions(stream, _silo.Cluster).Select(subscription => subscription.InLog);

        /// <summary>Waits until no other silo of the cluster reads this part of the log. Disposing gives it to the next.</summary>
        public async Task<IDisposable> TakeSeat(int number, CancellationToken cancellation)
        {
            var seat = Hub.Seat(number);
            await seat.WaitAsync(cancellation);
            return new Taken(seat);
        }

        /// <summary>Gives a grain items, in order, as one turn. It never throws.</summary>
        /// <param name="moves">As <see cref="LogSubscription.Place"/> had it: a subscriber that moved since then gets none.</param>
        public async Task<LogDelivered> Deliver(LogSubscription subscription, IReadOnlyList<SequentialItem<object>> items, int moves)
        {
            ArgumentNullException.ThrowIfNull(subscription);
            var delivery = new LogDelivery(subscription, items, moves, _name) { Target = subscription.Subscription.Consumer, From = _silo };
            try
            {
                _silo.Cluster.Deliver(delivery);
            }
            catch (Exception exception)
            {
                return new LogDelivered(0, exception);
            }

            return await delivery.Done;
        }

        private sealed class Taken(SemaphoreSlim seat) : IDisposable
        {
            private int _isGiven;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isGiven, 1) == 0)
                {
                    seat.Release();
                }
            }
        }
    }

    internal sealed class LogStreamProvider(string name, CallOrigin origin) : StreamProvider(name, origin)
    {
        public override bool IsRewindable => true;

        public override Task Publish<T>(StreamId stream, IEnumerable<T> items) => throw new InvalidOperationException($"Stream provider {Name} is ReadOnly.");

        public override void OnSubscribed(StreamSubscription subscription, StreamSequenceToken? token)
        {
            if (token is not null)
            {
                subscription.InLog.Move(token);
            }

            Hub.OnChanged(subscription);
        }

        public override void OnUnsubscribed(StreamSubscription subscription)
        {
            subscription.InLog.IsEnded = true;
            Hub.OnChanged(subscription);
        }
    }
}

namespace Orleans.Hosting
{
    /// <summary>Streams that come out of a log, on a silo.</summary>
    public static class LogStreamExtensions
    {
        /// <summary>Adds the provider, and a keyed <see cref="Streams.LogStreams"/> of its name for who reads the log.</summary>
        public static ISiloBuilder AddLogStreams(this ISiloBuilder builder, string name) => builder.ConfigureServices(services => services
            .AddKeyedSingleton<Streams.IStreamProvider>(name, (provider, _) => new Streams.LogStreamProvider(name, provider.GetRequiredService<Silo>()))
            .AddKeyedSingleton(name, (provider, _) => new Streams.LogStreams(name, provider.GetRequiredService<Silo>())));
    }
}
