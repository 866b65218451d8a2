using System.Text.Json;

namespace Buildify.Tasks;

/// <summary>Members of an enum as PostgreSQL's enums and JSON have them, in <c>snake_case</c>.</summary>
internal static class EnumNames
{
    public static string Write<T>(T member) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString());

    public static T Read<T>(string name) where T : struct, Enum => Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
