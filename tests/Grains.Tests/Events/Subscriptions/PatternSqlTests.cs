namespace Buildify.Events.Subscriptions;

public sealed class PatternSqlTests(SubscriptionDatabase fixture) : IClassFixture<SubscriptionDatabase>
{
    [Theory]
    [InlineData("**")]
    [InlineData("a.b")]
    [InlineData("a.*")]
    [InlineData("a.**")]
    [InlineData("*.b")]
    [InlineData("**.c")]
    [InlineData("a.**.c")]
    [InlineData("a.b.#")]
    [InlineData("*.*.c")]
    [InlineData("a-x.b_y")]
    public async Task PostgreSQL_matches_as_the_pattern_does(string text)
    {
        var pattern = EventPattern.Parse(text);
        var sql = PatternSql.Of(pattern);
        string[] types = ["a.b", "a.b.c", "a.c", "b.b", "a.b.c.d", "ab.b", "a.bc", "a-x.b_y", "x.y.c", "a.x.y.c"];
        foreach (var type in types)
        {
            var matches = await fixture.Database.QueryAsync<bool>("SELECT starts_with($1, $2) AND ($3::text IS NULL OR $1 || '.' ~ $3)", type, sql.Prefix, sql.Regex);
            matches.ShouldBe(pattern.Matches(type), $"{text} and {type}");
        }
    }
}
