using Buildify;
using Buildify.Modules;
using Buildify.Operations;
using Buildify.Testing.Hosts;

namespace Notes;

[Collection("platform")]
public sealed class NotesTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_note_that_was_kept_can_be_read_changed_and_deleted()
    {
        using var company = await platform.NewCompany("notes");
        var notes = Notes(company);

        var kept = await notes.CreateNote(new NoteCreate { Title = "Milk" });
        (await notes.GetNote(kept.Id)).ShouldBe(kept);

        var changed = await notes.UpdateNote(kept.Id, new NoteUpdate { Pinned = true });
        changed.ShouldBe(kept with { Pinned = true, UpdatedAt = changed.UpdatedAt });

        await notes.DeleteNote(kept.Id);
        (await Should.ThrowAsync<ProblemException>(() => notes.GetNote(kept.Id))).Code.ShouldBe(FailureCodes.NotFound);
    }

    [Fact]
    public async Task The_list_goes_page_by_page_the_pinned_first_then_the_newest()
    {
        using var company = await platform.NewCompany("notes");
        var notes = Notes(company);
        foreach (var title in (string[])["a", "b", "c", "d"]) await notes.CreateNote(new NoteCreate { Title = title, Pinned = title == "b" });

        var titles = new List<string>();
        var page = new PageRequest(Limit: 3);
        while (true)
        {
            var read = await notes.ListNotes(page: page);
            titles.AddRange(read.Items.Select(note => note.Title));
            if (read.NextCursor is null) break;
            page = page with { Cursor = read.NextCursor };
        }
        titles.ShouldBe(["b", "d", "c", "a"]);
        (await notes.ListNotes(search: "C")).Items.Select(note => note.Title).ShouldBe(["c"]);
    }

    [Fact]
    public async Task The_same_key_keeps_one_note()
    {
        using var company = await platform.NewCompany("notes");
        var notes = Notes(company);
        var first = await notes.CreateNote(new NoteCreate { Title = "Once" }, idempotencyKey: "k");
        (await notes.CreateNote(new NoteCreate { Title = "Once" }, idempotencyKey: "k")).ShouldBe(first);
        (await notes.ListNotes()).Items.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_company_keeps_no_more_notes_than_its_configuration_allows()
    {
        using var company = await platform.NewCompany("notes");
        await company.Http.PutAsync("/api/v1/tenant-modules/notes", new StringContent("""{"configuration":{"max_notes":1}}""", null, "application/json"));
        var notes = Notes(company);
        await notes.CreateNote(new NoteCreate { Title = "The one" });
        (await Should.ThrowAsync<ProblemException>(() => notes.CreateNote(new NoteCreate { Title = "One too many" }))).Code.ShouldBe(FailureCodes.LimitReached);
    }

    [Fact]
    public async Task What_is_wrong_with_a_note_is_told_by_its_field()
    {
        using var company = await platform.NewCompany("notes");
        var refused = await Should.ThrowAsync<ProblemException>(() => Notes(company).CreateNote(new NoteCreate { Title = "" }));
        refused.Status.ShouldBe(400);
        refused.Errors.ShouldBe([new FieldError("title", "must have 1 to 200 characters")]);
    }

    [Fact]
    public async Task One_tenant_s_notes_are_no_other_s()
    {
        using var acme = await platform.NewCompany("notes");
        using var globex = await platform.NewCompany("notes");
        var kept = await Notes(acme).CreateNote(new NoteCreate { Title = "Secret" });
        (await Notes(globex).ListNotes()).Items.ShouldBeEmpty();
        (await Should.ThrowAsync<ProblemException>(() => Notes(globex).GetNote(kept.Id))).Status.ShouldBe(404);
    }

    private static NotesHttpClient Notes(TestCompany company) => new(company.Http, company.Id);
}
