namespace Notes;

/// <summary>One company's notes. All is in the tables; the grain is the door to them, one change at a time.</summary>
[GrainType("notes")]
internal sealed class NotesGrain(NotesDatabase database) : Grain, INotesGrain
{
    private const string Columns = "id, title, body, pinned, created_at, updated_at";

    private string Tenant => this.TenantId();

    private string Company => this.CompanyId();

    public async Task<Outcome<Page<NoteRead>>> ListNotes(string? search, PageRequest page)
    {
        // The list's order and where the page before ended are one value; the last note of a page says where the next one goes on.
        if (!Cursor.TryRead<Place>(page.Cursor, out var after)) return Cursor.Bad();
        await using var session = await database.Begin(Tenant);
        var notes = await session.Query<NoteRead>(
            $"""
            SELECT {Columns} FROM notes_notes
            WHERE tenant_id = @Tenant AND company_id = @Company
                AND (@search IS NULL OR strpos(lower(title), lower(@search)) > 0)
                AND (@Id IS NULL OR (pinned, created_at, id) < (@Pinned, @CreatedAt, @Id))
            ORDER BY pinned DESC, created_at DESC, id DESC LIMIT @take
            """,
            new { Tenant, Company, search, after?.Pinned, after?.CreatedAt, after?.Id, take = page.Limit + 1 });
        return Cursor.Page(notes, page, note => new Place(note.Pinned, note.CreatedAt, note.Id));
    }

    public async Task<Outcome<NoteRead>> CreateNote(NoteCreate note, Call call)
    {
        var settings = await NotesSettings.Of(GrainFactory, Tenant, Company);
        if (!settings.Succeeded) return settings.Failure;

        await using var session = await database.Begin(Tenant);
        var count = await session.QuerySingleOrDefault<int>(
            "SELECT count(*) FROM notes_notes WHERE tenant_id = @Tenant AND company_id = @Company", new { Tenant, Company });
        if (count >= settings.Value.MaxNotes)
        {
            return new Failure(FailureCodes.LimitReached, $"The company has {count} notes, as many as max_notes allows; delete some, or raise it.");
        }
        var made = await session.QuerySingleOrDefault<NoteRead>(
            $"""
            INSERT INTO notes_notes (tenant_id, company_id, id, title, body, pinned)
            VALUES (@Tenant, @Company, @id, @Title, @Body, @Pinned) RETURNING {Columns}
            """,
            new { Tenant, Company, id = Guid.CreateVersion7(), note.Title, note.Body, note.Pinned });
        await session.Commit(call.Stamp, made!);
        return made!;
    }

    public async Task<Outcome<NoteRead>> GetNote(Guid noteId)
    {
        await using var session = await database.Begin(Tenant);
        var note = await session.QuerySingleOrDefault<NoteRead>(
            $"SELECT {Columns} FROM notes_notes WHERE tenant_id = @Tenant AND company_id = @Company AND id = @noteId", new { Tenant, Company, noteId });
        return note is null ? NotThere(noteId) : note;
    }

    public async Task<Outcome<NoteRead>> UpdateNote(Guid noteId, NoteUpdate note, Call call)
    {
        await using var session = await database.Begin(Tenant);
        var changed = await session.QuerySingleOrDefault<NoteRead>(
            $"""
            UPDATE notes_notes SET title = coalesce(@Title, title), body = coalesce(@Body, body), pinned = coalesce(@Pinned, pinned), updated_at = now()
            WHERE tenant_id = @Tenant AND company_id = @Company AND id = @noteId RETURNING {Columns}
            """,
            new { Tenant, Company, noteId, note.Title, note.Body, note.Pinned });
        if (changed is null) return NotThere(noteId);
        await session.Commit();
        return changed;
    }

    public async Task<Outcome<Unit>> DeleteNote(Guid noteId, Call call)
    {
        await using var session = await database.Begin(Tenant);
        var deleted = await session.Execute(
            "DELETE FROM notes_notes WHERE tenant_id = @Tenant AND company_id = @Company AND id = @noteId", new { Tenant, Company, noteId });
        if (deleted == 0) return NotThere(noteId);
        await session.Commit();
        return Unit.Value;
    }

    private static Failure NotThere(Guid noteId) => Failure.NotFound($"There is no note {noteId}; GET /api/v1/notes lists them.");

    private sealed record Place(bool Pinned, DateTimeOffset CreatedAt, Guid Id);
}
