using System.Collections.Frozen;
using Buildify.Specs.Model;

namespace Buildify.Specs.Reading;

/// <summary>The scalars by every spelling.</summary>
internal static class Scalars
{
    public static FrozenDictionary<string, Scalar> ByName { get; } = new Dictionary<string, Scalar>
    {
        ["string"] = Scalar.String,
        ["text"] = Scalar.String,
        ["int"] = Scalar.Int,
        ["integer"] = Scalar.Int,
        ["long"] = Scalar.Long,
        ["decimal"] = Scalar.Decimal,
        ["number"] = Scalar.Decimal,
        ["float"] = Scalar.Decimal,
        ["double"] = Scalar.Decimal,
        ["bool"] = Scalar.Bool,
        ["boolean"] = Scalar.Bool,
        ["date"] = Scalar.Date,
        ["timestamp"] = Scalar.Timestamp,
        ["datetime"] = Scalar.Timestamp,
        ["uuid"] = Scalar.Uuid,
        ["guid"] = Scalar.Uuid,
        ["json"] = Scalar.Json,
        ["slug"] = Scalar.Slug,
        ["display_name"] = Scalar.DisplayName,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>As specs write it, for messages.</summary>
    public static string Name(Scalar scalar) => scalar switch
    {
        Scalar.DisplayName => "display_name",
        _ => scalar.ToString().ToLowerInvariant(),
    };

    /// <summary>As specs write it: <c>list[InvoiceLine]</c>.</summary>
    public static string Name(TypeRef type) => type switch
    {
        ScalarType scalar => Name(scalar.Scalar),
        ListType list => $"list[{Name(list.Item)}]",
        MapType map => $"map[{Name(map.Value)}]",
        EnumType e => e.Name,
        RecordType record => record.Name,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a type without a name"),
    };
}
