using Orleans.Storage;

namespace Conformance;

[GenerateSerializer]
[Alias("conformance.note")]
internal sealed record Note
{
    [Id(0)]
    public string Text { get; init; } = "";
}

[GenerateSerializer]
[Alias("conformance.note-view")]
internal sealed record NoteView(
    [property: Id(0)] string Text, [property: Id(1)] bool RecordExists, [property: Id(2)] bool HasEtag, [property: Id(3)] string Activation);

[Alias("conformance.notes")]
internal interface INoteGrain : IGrainWithStringKey
{
    [Alias("read")]
    Task<NoteView> Read();

    [Alias("write")]
    Task<NoteView> Write(string text);

    [Alias("clear")]
    Task<NoteView> Clear();

    [Alias("conflict")]
    Task Conflict(bool isCaught);

    [Alias("pass-conflict")]
    Task PassConflictOf(INoteGrain other);

    [Alias("outside")]
    Task ReadOutsideTheTurn();

    [Alias("end")]
    Task End();
}

/// <summary>Has one stored state twice, so that it can get in its own way.</summary>
internal sealed class NoteGrain(
    [PersistentState("note")] IPersistentState<Note> note, [PersistentState("note")] IPersistentState<Note> again) : Grain, INoteGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public Task<NoteView> Read() => Task.FromResult(View());

    public async Task<NoteView> Write(string text)
    {
        note.State = new Note { Text = text };
        await note.WriteStateAsync();
        return View();
    }

    public async Task<NoteView> Clear()
    {
        await note.ClearStateAsync();
        return View();
    }

    public async Task Conflict(bool isCaught)
    {
        note.State = new Note { Text = "first" };
        await note.WriteStateAsync();
        again.State = new Note { Text = "stale" };
        try
        {
            await again.WriteStateAsync();
        }
        catch (InconsistentStateException) when (isCaught)
        {
            await again.ReadStateAsync();
        }
    }

    public Task PassConflictOf(INoteGrain other) => other.Conflict(isCaught: false);

    public Task ReadOutsideTheTurn() => Task.Run(() => note.State.Text);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private NoteView View() => new(note.State.Text, note.RecordExists, note.Etag is not null, _activation);
}

[Alias("conformance.unstored")]
internal interface IUnstoredGrain : IGrainWithStringKey
{
    [Alias("pass")]
    Task Pass();
}

internal sealed class UnstoredGrain([PersistentState("state", "no such storage")] IPersistentState<Note> state) : Grain, IUnstoredGrain
{
    public Task Pass() => Task.FromResult(state);
}

[Collection(SharedCluster.Name)]
public sealed class StateTests(SharedCluster shared)
{
    [Fact]
    public async Task A_state_that_was_never_written_is_new()
    {
        var view = await Grain("new").Read();
        (view.Text, view.RecordExists, view.HasEtag).ShouldBe(("", false, false));
    }

    [Fact]
    public async Task A_state_outlives_its_activation()
    {
        var written = await Grain("outlives").Write("hello");
        (written.RecordExists, written.HasEtag).ShouldBe((true, true));
        await Grain("outlives").End();
        var read = await Grain("outlives").Read();
        (read.Text, read.RecordExists, read.HasEtag).ShouldBe(("hello", true, true));
        read.Activation.ShouldNotBe(written.Activation);
    }

    [Fact]
    public async Task A_state_that_was_cleared_is_new_and_can_be_written_again()
    {
        await Grain("cleared").Write("hello");
        var cleared = await Grain("cleared").Clear();
        (cleared.Text, cleared.RecordExists, cleared.HasEtag).ShouldBe(("", false, false));
        (await Grain("cleared").Write("again")).Text.ShouldBe("again");
        await Grain("cleared").End();
        (await Grain("cleared").Read()).Text.ShouldBe("again");
    }

    [Fact]
    public async Task A_conflict_reaches_the_caller_and_ends_the_activation_so_that_the_next_one_reads_what_is_stored()
    {
        var before = await Grain("conflict").Write("before");
        await Should.ThrowAsync<InconsistentStateException>(Grain("conflict").Conflict(isCaught: false));
        var after = await Grain("conflict").Read();
        after.Text.ShouldBe("first");
        after.Activation.ShouldNotBe(before.Activation);
    }

    [Fact]
    public async Task A_conflict_that_the_grain_catches_leaves_the_activation()
    {
        var before = await Grain("caught").Write("before");
        await Grain("caught").Conflict(isCaught: true);
        (await Grain("caught").Read()).Activation.ShouldBe(before.Activation);
    }

    [Fact]
    public async Task A_grain_that_lets_another_s_conflict_pass_keeps_its_own_activation()
    {
        var before = await Grain("innocent").Write("mine");
        await Should.ThrowAsync<InconsistentStateException>(Grain("innocent").PassConflictOf(Grain("guilty")));
        (await Grain("innocent").Read()).Activation.ShouldBe(before.Activation);
    }

    [Fact]
    public async Task A_state_is_not_to_be_touched_outside_the_grain_s_turns() =>
        await Should.ThrowAsync<InvalidOperationException>(Grain("outside").ReadOutsideTheTurn());

    [Fact]
    public async Task A_grain_that_names_a_storage_that_is_not_there_cannot_be_activated()
    {
        var grain = shared.Grains.GetGrain<IUnstoredGrain>("unstored");
        var exception = (await Record.ExceptionAsync(() => grain.Pass().Within("the failure"))).ShouldNotBeNull();
        exception.ToString().ShouldContain("No storage provider named \"no such storage\" found loading grain type unstored.");
    }

    private INoteGrain Grain(string key) => shared.Grains.GetGrain<INoteGrain>(key);
}
