using System.Collections.Frozen;

namespace Buildify.Specs.Checking;

/// <summary>Names that belong to C#, to .NET or to the platform.</summary>
internal static class ReservedNames
{
    /// <summary>Root namespaces of what every module references: a module's namespace would hide them.</summary>
    public static FrozenSet<string> Modules { get; } = new[]
    {
        "aspire", "azure", "buildify", "core", "dapper", "global", "google", "grains", "grpc", "internal", "json", "microsoft", "mono",
        "net", "newtonsoft", "npgsql", "nuget", "open-telemetry", "opentelemetry", "orleans", "platform", "polly", "serilog", "shouldly",
        "system", "tests", "windows", "xunit", "yaml-dot-net", "yamldotnet",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Types that generated code and every implementation of it names: a record of the same name would hide them.</summary>
    public static FrozenSet<string> Types { get; } = new[]
    {
        "Action", "Alias", "Array", "Attribute", "Boolean", "Byte", "Call", "CallContext", "Caller", "CancellationToken", "Char", "Client",
        "Console", "Convert", "DateOnly", "DateTime", "DateTimeOffset", "Decimal", "Delegate", "Dictionary", "Double", "Enum", "Enumerable",
        "Environment", "Event", "Exception", "Failure", "FailureCodes", "FieldError", "Func", "Grain", "Guid", "HashSet", "HttpClient",
        "Id", "Immutable", "ImmutableArray", "ImmutableDictionary", "Int32", "Int64", "JsonElement", "JsonSerializer", "JsonText", "List",
        "Map", "Math", "Module", "Nearest", "Nullable", "Object", "Outcome", "Page", "PageRequest", "Random", "Record", "Regex", "Results",
        "Settings", "Slug", "String", "StringBuilder", "Task", "TaskScheduler", "Thread", "TimeOnly", "TimeProvider", "TimeSpan", "Timer",
        "Tuple", "Type", "Uri", "ValueTask", "Version", "Void",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Members that a C# record has already.</summary>
    public static FrozenSet<string> Members { get; } = new[]
    {
        "clone", "deconstruct", "equality_contract", "equals", "finalize", "get_hash_code", "get_type", "memberwise_clone", "print_members",
        "reference_equals", "to_string",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What is generated for a module is called after its namespace and one of these.</summary>
    public static IEnumerable<string> Generated { get; } = ["Client", "HttpClient", "Settings", "Module", "Database", "HooksGrain"];

    /// <summary>Names that generated methods have already.</summary>
    public static FrozenSet<string> Parameters { get; } = new[] { "body", "call", "cancellation_token", "input", "refusal" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Parameters that every operation with a list for an answer has already.</summary>
    public static FrozenSet<string> PageParameters { get; } = new[] { "cursor", "limit", "page" }.ToFrozenSet(StringComparer.Ordinal);
}
