using Buildify.Silo.Modules;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Buildify.Databases;

public class ModuleDatabaseSettingsTests
{
    [Fact]
    public void A_module_s_settings_are_read_from_a_url_too()
    {
        var setting = Read(
            ("Modules:multi_currency:Database:Strategy", "separate"),
            ("Modules:multi_currency:Database:ConnectionString", "postgresql://ada:p%40ss@db:6432/currency"),
            ("Modules:multi_currency:Database:MaxConnections", "9")).For("multi-currency");

        (setting.Separate, setting.MaxConnections).ShouldBe((true, 9));
        var keywords = new NpgsqlConnectionStringBuilder(setting.ConnectionString);
        (keywords.Host, keywords.Port, keywords.Username, keywords.Password, keywords.Database).ShouldBe(("db", 6432, "ada", "p@ss", "currency"));
    }

    [Fact]
    public void What_is_not_set_has_its_default()
    {
        var setting = Read(("Modules:Path", "modules")).For("notes");

        (setting.Separate, setting.ConnectionString, setting.MaxConnections).ShouldBe((null, null, 5));
    }

    [Fact]
    public void Every_error_is_told_at_once_with_the_nearest_good_value()
    {
        var errors = Read(
            ("Modules:notes:Database:Strategy", "seperate"),
            ("Modules:notes:Database:MaxConnections", "101"),
            ("Modules:notes:Database:ConectionString", "Host=db"),
            ("Modules:other:Database:ConnectionString", "Host=db;Password=s3cret;Port=x")).Errors;

        errors.Count.ShouldBe(4);
        errors.ShouldContain("Modules__notes__Database__Strategy is 'seperate' and must be shared or separate; did you mean 'separate'?");
        errors.ShouldContain("Modules__notes__Database__ConectionString is no setting; did you mean 'ConnectionString'?");
        errors.ShouldContain(error => error.StartsWith("Modules__notes__Database__MaxConnections is '101'", StringComparison.Ordinal));
        errors.ShouldAllBe(error => !error.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public void Separate_without_a_database_is_an_error() =>
        Read(("Modules:notes:Database:Strategy", "separate")).Errors.ShouldHaveSingleItem().ShouldContain("Modules__notes__Database__ConnectionString");

    [Fact]
    public void The_names_that_came_before_are_those_of_the_one_module_that_is_served()
    {
        (string, string)[] before = [("DATABASE_STRATEGY", "separate"), ("MODULE_DATABASE_URL", "postgresql://ada@db/financial_module")];

        var one = Read([("Modules:Only", "financial"), .. before]).For("financial");
        var all = Read(before);

        one.Separate.ShouldBe(true);
        new NpgsqlConnectionStringBuilder(one.ConnectionString).Database.ShouldBe("financial_module");
        all.For("financial").Separate.ShouldBeNull();
        Read([("Modules:Only", "financial"), ("DATABASE_STRATEGY", "shared"), before[1]]).For("financial").ConnectionString.ShouldBeNull();
        Read([("Modules:Only", "financial"), before[1]]).For("financial").ConnectionString.ShouldNotBeNull();
        Read([("Modules:Only", "financial"), ("DATABASE_STRATEGY", "shard")]).Errors.ShouldHaveSingleItem().ShouldContain("did you mean 'shared'?");
    }

    private static ModuleDatabaseOptions Read(params (string Key, string Value)[] settings)
    {
        var options = new ModuleDatabaseOptions();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        ModuleDatabaseConfiguration.Read(configuration.Build(), options);
        return options;
    }
}
