namespace Products;

/// <summary>A product as its row is.</summary>
internal sealed record ProductRow
{
    public const string Columns = "id, sku, label, price, currency, state, tags, created_at";

    public Guid Id { get; init; }
    public string Sku { get; init; } = "";
    public string Label { get; init; } = "";
    public decimal Price { get; init; }
    public string Currency { get; init; } = "";
    public string State { get; init; } = "";
    public string[] Tags { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }

    public static string Text(ProductState state) => state == ProductState.Active ? "active" : "discontinued";

    public ProductRead ToProduct() => new()
    {
        Id = Id,
        Sku = Sku,
        Label = Label,
        Price = Price,
        Currency = Currency,
        State = State == "active" ? ProductState.Active : ProductState.Discontinued,
        Tags = [.. Tags],
        CreatedAt = CreatedAt,
    };
}
