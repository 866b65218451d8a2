namespace Shelf;

/// <summary>The least that a module's grain can be: it makes its answer of what it is asked.</summary>
[GrainType("shelf")]
internal sealed class ShelfGrain : Grain, IShelfGrain
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public Task<Outcome<BookRead>> CreateBook(BookCreate book, Call call) =>
        Task.FromResult<Outcome<BookRead>>(Book(Guid.CreateVersion7(), book.Title, book.Body, book.Pinned));

    public Task<Outcome<BookRead>> GetBook(Guid bookId) =>
        Task.FromResult<Outcome<BookRead>>(Book(bookId, "Moby-Dick; or, The Whale", "Call me Ishmael.", pinned: true));

    private static BookRead Book(Guid id, string title, string body, bool pinned) =>
        new() { Id = id, Title = title, Body = body, Pinned = pinned, CreatedAt = Then, UpdatedAt = Then };
}
