using System.Data;
using Dapper;

namespace Buildify.Databases;

/// <summary>What Dapper has to know so that a row falls on a record: names with underscores, and times.</summary>
internal static class DapperTypes
{
    /// <summary>For the whole process, and the same each time.</summary>
    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new Times());
    }

    // Npgsql reads a timestamptz as a DateTime in UTC, and Dapper looks for a constructor with just the types that were read.
    private sealed class Times : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset time ? time : new DateTimeOffset((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }
}
