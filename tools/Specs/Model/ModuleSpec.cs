using System.Collections.Immutable;

namespace Buildify.Specs.Model;

/// <summary>Where something is written; lines and columns are counted from 1.</summary>
internal readonly record struct Place(string File, int Line, int Column);

/// <summary>
/// A module's specs, read and checked: every name in it means something, every view is worked out, and what was left out has its
/// default. What is written from it asks no further questions.
/// </summary>
internal sealed record ModuleSpec
{
    /// <summary>As in the manifest: a slug.</summary>
    public required string Name { get; init; }

    public required string DisplayName { get; init; }

    /// <summary>A semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>As <c>/api/v1/financial</c>; no slash at the end.</summary>
    public required string ApiPrefix { get; init; }

    /// <summary>The C# namespace of what is generated, as <c>Financial</c>.</summary>
    public required string Namespace { get; init; }

    public ImmutableArray<EnumSpec> Enums { get; init; } = [];

    /// <summary>Every record to be written: plain models, and of models with views each view that is listed or used.</summary>
    public ImmutableArray<RecordSpec> Records { get; init; } = [];

    public ImmutableArray<EventSpec> Events { get; init; } = [];

    public ImmutableArray<TaskSpec> Tasks { get; init; } = [];

    public ImmutableArray<DomainSpec> Domains { get; init; } = [];

    public ImmutableArray<ConsumedSpec> Consumes { get; init; } = [];

    /// <summary>The configuration's keys, from the manifest's schema and defaults, for the typed settings.</summary>
    public ImmutableArray<FieldSpec> Settings { get; init; } = [];

    /// <summary>Of the version in the manifest: where it is told what no longer stands anywhere.</summary>
    public Place Place { get; init; }
}

internal sealed record EnumSpec(string Name, ImmutableArray<string> Values, string? Summary, Place Place);

/// <summary>An immutable record.</summary>
/// <param name="Name">As <c>InvoiceCreate</c>.</param>
/// <param name="Model">The model it is a view of, as <c>Invoice</c>; its own name where it is the model itself.</param>
/// <param name="CSharp">A type that exists already and stands for it, with its namespace; null where it is to be written.</param>
/// <param name="AtLeastOne">One field at least must be given (a change that changes nothing is refused).</param>
internal sealed record RecordSpec(
    string Name, string Model, ImmutableArray<FieldSpec> Fields, string? Summary, string? CSharp, bool AtLeastOne, Place Place);

/// <summary>A field of a record, a setting, or a parameter of an operation.</summary>
internal sealed record FieldSpec
{
    /// <summary>As it stands in JSON: <c>snake_case</c>.</summary>
    public required string Name { get; init; }

    public required TypeRef Type { get; init; }

    /// <summary>The serialisation id: the field's place in its model, from 0, the same in every view.</summary>
    public int Id { get; init; }

    /// <summary>May be left out, and be null.</summary>
    public bool Optional { get; init; }

    /// <summary>
    /// What it is where it is left out, as JSON (<c>"EUR"</c>, <c>0.19</c>, <c>true</c>, <c>[]</c>); it fits the type. Null where there
    /// is none. A field with a default may be left out and may not be null.
    /// </summary>
    public string? Default { get; init; }

    /// <summary>The least value of a number.</summary>
    public decimal? Min { get; init; }

    /// <summary>The greatest value of a number.</summary>
    public decimal? Max { get; init; }

    /// <summary>The least length: characters of a string, items of a list or a map.</summary>
    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>A regular expression that the whole string has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>Says something about a person, so that an event's log can forget it.</summary>
    public bool Personal { get; init; }

    public string? Summary { get; init; }

    public Place Place { get; init; }
}

internal abstract record TypeRef;

/// <summary>Scalars: <see cref="Scalar.Slug"/> and <see cref="Scalar.DisplayName"/> are strings with the platform's own rules.</summary>
internal sealed record ScalarType(Scalar Scalar) : TypeRef;

internal sealed record ListType(TypeRef Item) : TypeRef;

/// <summary>Keys are strings.</summary>
internal sealed record MapType(TypeRef Value) : TypeRef;

/// <param name="Module">Whose enum it is, as in <see cref="RecordType"/>.</param>
internal sealed record EnumType(string Name, string? Module = null) : TypeRef;

/// <param name="Name">Of a record in <see cref="ModuleSpec.Records"/>.</param>
/// <param name="Module">The consumed module whose record it is; null for one's own.</param>
internal sealed record RecordType(string Name, string? Module = null) : TypeRef;

internal enum Scalar
{
    String,
    Int,
    Long,
    Decimal,
    Bool,
    Date,
    Timestamp,
    Uuid,
    Json,
    Slug,
    DisplayName,
}

/// <param name="Name">The full type, as <c>financial.invoice.created</c>.</param>
/// <param name="OrderingKey">A field of the payload; null for the company.</param>
/// <param name="RetentionDays">How long the log keeps it; null for the platform's setting.</param>
/// <param name="External">May be sent over HTTP.</param>
/// <param name="Subject">A field of the payload: whose its personal fields are; null for the ordering key's.</param>
internal sealed record EventSpec(
    string Name, RecordType Payload, int Version, string? OrderingKey, string? Subject, int? RetentionDays, bool External, string? Summary, Place Place);

/// <param name="Name">The full type, as <c>financial.send_statement</c>.</param>
/// <param name="TimeoutSeconds">How long one attempt may take.</param>
/// <param name="RateLimit">Starts a second.</param>
/// <param name="PublishesEvents">Its end is told on the event bus.</param>
internal sealed record TaskSpec(
    string Name, RecordType Payload, TypeRef? Result, string Queue, int MaxAttempts, int? TimeoutSeconds, int? RateLimit, int? Concurrency,
    bool External, bool PublishesEvents, string? Summary, Place Place);

/// <param name="Service">The module that is called.</param>
/// <param name="Version">Of the module whose operations were found.</param>
/// <param name="Namespace">Of its contracts.</param>
/// <param name="Operations">The operations as their own domain has them.</param>
internal sealed record ConsumedSpec(
    string Service, string Version, string Namespace, string ApiPrefix, DomainSpec Domain, ImmutableArray<OperationSpec> Operations, Place Place);
