using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The names of classes and interfaces, the same as on Orleans: stored keys and statistics hold them.</summary>
internal static class GrainTypeNames
{
    private const string Suffix = "grain";

    public static GrainType OfClass(Type type) =>
        type.GetCustomAttribute<GrainTypeAttribute>() is { } named ? named.GetGrainType(null!, type) : GrainType.Create(ByConvention(type));

    public static GrainInterfaceType OfInterface(Type type) =>
        type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is { } named
            ? named.GetGrainInterfaceType(null!, type)
            : GrainInterfaceType.Create(Format(type));

    /// <summary>A class as statistics name it: full name, comma, assembly.</summary>
    public static string ForStatistics(Type type) => $"{Format(type)},{type.Assembly.GetName().Name}";

    private static string ByConvention(Type type)
    {
        var name = type.Name.ToLowerInvariant().Split('`')[0];
        if (name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            name = name[..^Suffix.Length];
        }

        if (!type.IsGenericType)
        {
            return name;
        }

        var arguments = type.GetGenericArguments();
        name = $"{name}`{arguments.Length}";
        return type.IsConstructedGenericType ? $"{name}[[{string.Join("],[", arguments.Select(ForStatistics))}]]" : name;
    }

    private static string Format(Type type) => !type.IsConstructedGenericType
        ? type.FullName!
        : $"{type.GetGenericTypeDefinition().FullName}[[{string.Join("],[", type.GetGenericArguments().Select(ForStatistics))}]]";
}
