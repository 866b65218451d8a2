namespace Buildify.Events.Subscriptions;

/// <summary>What callers do with what was delivered, and with what could not be.</summary>
internal sealed partial class SubscriptionGrain
{
    public async Task<Outcome<SubscriptionCount>> Skip(string? eventId, Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        var count = await runner.Skip(eventId);
        return count == 0 && eventId is not null
            ? Failure.NotFound($"The event '{eventId}' fails at the moment nowhere here, and stops no key.")
            : new SubscriptionCount(count);
    }

    public async Task<Outcome<SubscriptionView>> Replay(ReplayRequest request, Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        if (SubscriptionRequests.Check(request) is { } wrong) return Failure.Invalid(wrong);
        if (await Place(request.From) is not { } position)
        {
            return Failure.Invalid(new FieldError("from", "names no event that the log has; it is start, a time as 2026-01-31T12:00:00Z, or an event's id"));
        }
        await runner.Replay(position, request.PerSecond ?? _options.ReplayPerSecond);
        return await View();
    }

    public async Task<Outcome<CreatedSubscription>> RotateSecret(Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        if (!IsHook) return NoHook();
        if (await Write(_hook.Value.Rotated(caller, _time.GetUtcNow()), Updated(caller)) is { } failure) return failure;
        runner.Redefine(_hook.Value.ToDefinition());
        return _hook.Value.ToCreated(Id);
    }

    public async Task<Outcome<DeliveryAttempt>> Example(string? eventType, Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        if (!IsHook) return NoHook();
        var pattern = runner.Definition.Pattern;
        if (eventType is not null && (!EventRules.IsType(eventType) || !pattern.Matches(eventType)))
        {
            return Failure.Invalid(new FieldError("event_type", $"must be a type that '{pattern}' matches"));
        }
        var now = _time.GetUtcNow();
        var example = new LoggedEvent(
            $"example-{Guid.CreateVersion7(now):n}", eventType ?? ExampleType(pattern), 1, "core", Tenant, CompanyId: null, new JsonText("""{"example":true}"""), now,
            caller.CorrelationId, Position: 0);
        var attempt = await runner.Try(example);
        return attempt;
    }

    public async Task<Outcome<Page<DeliveryAttempt>>> Attempts(PageRequest page)
    {
        if (_store is not { } store || _runner is null) return NoSuch();
        if (!Cursor.TryRead<AttemptPlace>(page.Cursor, out var place)) return Cursor.Bad();
        var rows = await store.ListAttempts(place ?? new AttemptPlace(DateTimeOffset.MaxValue, long.MaxValue), page.Limit + 1);
        var found = Cursor.Page(rows, page, row => row.Place);
        return new Page<DeliveryAttempt>([.. found.Items.Select(row => row.Attempt)], found.NextCursor);
    }

    public async Task<Outcome<Page<DeadLetter>>> DeadLetters(PageRequest page)
    {
        if (_store is not { } store || _runner is null) return NoSuch();
        if (!Cursor.TryRead<long?>(page.Cursor, out var after)) return Cursor.Bad();
        var found = Cursor.Page(await store.ListDead(after ?? 0, page.Limit + 1), page, dead => dead.Event.Position);
        var plain = await _personal.Reveal([.. found.Items.Select(dead => dead.Event)]);
        return found with { Items = [.. found.Items.Zip(plain, (dead, @event) => dead with { Event = @event })] };
    }

    public async Task<Outcome<SubscriptionCount>> Redeliver(string? eventId, Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        var count = await runner.Redeliver(eventId);
        return count == 0 && eventId is not null ? Failure.NotFound($"The event '{eventId}' is not among the dead letters.") : new SubscriptionCount(count);
    }

    private async Task<long?> Place(string from)
    {
        if (from == "start") return await _store!.Start();
        if (!SubscriptionRequests.TryTime(from, out var time)) return await _store!.PlaceOf(from);
        // Nothing is as new as that: nothing comes again.
        return await _store!.PlaceOf(time) ?? long.MaxValue;
    }

    // An exact pattern is a type itself; in the open parts of another stands a word.
    private static string ExampleType(EventPattern pattern)
    {
        var words = pattern.Text.Split('.').Select(word => word is "*" or "**" or "#" ? "example" : word).ToList();
        if (words.Count == 1) words.Add("happened");
        return string.Join('.', words);
    }

    private static Failure NoHook() => Failure.Invalid(new FieldError("id", "is a module's handler, and no web hook"));
}
