using Buildify.Events;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>
/// Consecutive events of one tenant, for one consumer. Its token says where it ends, not where it begins: another reader may cut the log into
/// other batches, and what a consumer has got must mean the same to it.
/// </summary>
[GenerateSerializer, Immutable, Alias("buildify.event-batch")]
internal sealed class EventBatch(StreamId stream, LoggedEvent[] events, EventSequenceTokenV2 token) : IBatchContainer
{
    [Id(0)]
    private readonly LoggedEvent[] _events = events;

    [Id(1)]
    private readonly EventSequenceTokenV2 _token = token;

    [Id(2)]
    public StreamId StreamId { get; } = stream;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        _events.OfType<T>().Zip(_events, (item, @event) => Tuple.Create<T, StreamSequenceToken>(item, new EventSequenceTokenV2(@event.Position)));

    public bool ImportRequestContext() => false;
}

/// <summary>
/// Tokens in the order of the log. A consumer's names an event (index 0), and asks for that and what follows. The others stand between two
/// events: behind the one at their number.
/// </summary>
internal static class EventTokens
{
    private const int Behind = 1, News = 2, Mark = 3;

    /// <summary>Where a batch ends.</summary>
    public static EventSequenceTokenV2 EndOf(long position) => new(position, Behind);

    /// <summary>Where events begin that somebody may want.</summary>
    public static EventSequenceTokenV2 NewsAfter(long position) => new(position, News);

    /// <summary>Of the empty batch at the beginning of what a consumer asked for.</summary>
    public static EventSequenceTokenV2 MarkAfter(long position) => new(position, Mark);

    /// <summary>The position behind which to read.</summary>
    public static long After(StreamSequenceToken token) => token.EventIndex == 0 ? token.SequenceNumber - 1 : token.SequenceNumber;

    public static bool IsNews(StreamSequenceToken token) => token.EventIndex == News;
}
