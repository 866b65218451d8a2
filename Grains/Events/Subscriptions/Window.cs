namespace Buildify.Events.Subscriptions;

internal enum SlotState : byte
{
    Waiting,

    /// <summary>With the sink.</summary>
    Out,

    /// <summary>Failed; a row about it is to be written.</summary>
    Failed,

    /// <summary>A row about it is being written.</summary>
    Saving,

    Done,
}

/// <summary>The events between the cursor and what was read, in order: a ring of a fixed size.</summary>
internal sealed class Window
{
    /// <summary>A power of two.</summary>
    public const int Capacity = 4_096;

    private readonly Slot[] _slots = new Slot[Capacity];

    private long _readUpTo;

    public Window(long position) => _readUpTo = position;

    /// <summary>The place of the first; places are never used again.</summary>
    public long First { get; private set; }

    /// <summary>Behind the last.</summary>
    public long End { get; private set; }

    public int Count => (int)(End - First);

    public int Room => Capacity - Count;

    /// <summary>Every matching event up to here is or was in the window.</summary>
    public long ReadUpTo => _readUpTo;

    /// <summary>Every matching event up to here is done.</summary>
    public long Position => Count == 0 ? _readUpTo : Event(First).Position - 1;

    /// <summary>What <see cref="Position"/> is once the rows are written.</summary>
    public long PositionOnceSaved
    {
        get
        {
            for (var place = First; place < End; place++)
            {
                if (State(place) is not (SlotState.Done or SlotState.Saving)) return Event(place).Position - 1;
            }
            return _readUpTo;
        }
    }

    public LoggedEvent Event(long place) => _slots[place & (Capacity - 1)].Event;

    public SlotState State(long place) => _slots[place & (Capacity - 1)].State;

    /// <summary>An event behind <see cref="ReadUpTo"/>; there has to be room.</summary>
    public void Append(LoggedEvent @event)
    {
        if (Room == 0) throw new InvalidOperationException("The window is full.");
        _slots[End++ & (Capacity - 1)] = new Slot(@event, SlotState.Waiting);
        _readUpTo = @event.Position;
    }

    /// <summary>Up to here there are no more.</summary>
    public void Pass(long position) => _readUpTo = Math.Max(_readUpTo, position);

    public void Mark(long place, SlotState state)
    {
        ref var slot = ref _slots[place & (Capacity - 1)];
        slot.State = state;
        if (state != SlotState.Done) return;
        while (First < End && State(First) == SlotState.Done) _slots[First++ & (Capacity - 1)] = default;
    }

    private record struct Slot(LoggedEvent Event, SlotState State);
}
