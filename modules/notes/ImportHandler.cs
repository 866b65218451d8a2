using Buildify.Tasks;

namespace Notes;

/// <summary>
/// Keeps notes that come from elsewhere. The note and the end of the task commit together, so that there is one note, whatever dies and
/// however often the task is tried.
/// </summary>
internal sealed class ImportHandler(NotesDatabase database, IGrainFactory grains) : ITaskHandler<Import, NoteImported>
{
    public async Task<NoteImported> Handle(Import task, TaskContext context)
    {
        if (await ModuleAccess.Refuse(grains, "notes", context.Tenant, task.CompanyId, task) is { } refusal) throw new PermanentFailureException(refusal.Detail);

        await using var session = await database.Begin(context.Tenant, context.Cancellation);
        var imported = new NoteImported { Id = Guid.CreateVersion7() };
        await session.Execute(
            """
            INSERT INTO notes_notes (tenant_id, company_id, id, title, body, pinned)
            VALUES (@Tenant, @CompanyId, @Id, @Title, @Body, false)
            """,
            new { context.Tenant, task.CompanyId, imported.Id, task.Title, task.Body }, context.Cancellation);
        await context.Complete(session, imported, context.Cancellation);
        await session.Commit(context.Cancellation);
        return imported;
    }
}
