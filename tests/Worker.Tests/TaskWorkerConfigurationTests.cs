using Buildify.Hosting.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;

namespace Buildify.Worker;

public class TaskWorkerConfigurationTests
{
    [Fact]
    public void Defaults_are_the_type_s()
    {
        var options = Read();
        options.Errors.ShouldBeEmpty();
        (options.Slots, options.DrainSeconds, options.TimeoutSeconds, options.AbandonSeconds).ShouldBe((64, 30, 1_800, 10));
        options.Takes("anything").ShouldBeTrue();
    }

    [Fact]
    public void Queues_that_are_named_are_the_only_ones()
    {
        var options = Read(("Worker:Queues", "mail, reports,"));
        (options.Takes("mail"), options.Takes("reports"), options.Takes("default")).ShouldBe((true, true, false));
    }

    [Fact]
    public void Every_error_is_told_with_its_value_and_the_bounds()
    {
        var errors = Read(("Worker:Slots", "0"), ("Tasks:AbandonSeconds", "soon"), ("Worker:DrainSeconds", "3600")).Errors;
        errors.Count.ShouldBe(2);
        errors[0].ShouldContain("Worker__Slots is '0': a whole number from 1 to 1000");
        errors[1].ShouldContain("Tasks__AbandonSeconds is 'soon'");
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Production", null, false)]
    [InlineData("Production", "true", true)]
    [InlineData("Development", "false", false)]
    public void Diagnostic_types_are_on_in_development_or_where_asked_for(string environment, string? setting, bool expected) =>
        ReadCatalog(environment, ("Tasks:Diagnostics", setting)).Diagnostics.ShouldBe(expected);

    [Fact]
    public void A_queue_has_its_own_number_of_partitions_or_the_platform_s()
    {
        var options = ReadCatalog("Production", ("Tasks:Partitions", "2"), ("Tasks:Queues:mail:Partitions", "4"));
        (options.PartitionsOf("mail"), options.PartitionsOf("default")).ShouldBe((4, 2));
        ReadCatalog("Production", ("Tasks:Partitions", "65"), ("Tasks:Queues:No Name:Partitions", "1"), ("Tasks:Diagnostics", "perhaps")).Errors.Count.ShouldBe(3);
    }

    private static TaskWorkerOptions Read(params (string Key, string? Value)[] settings)
    {
        var options = new TaskWorkerOptions();
        TaskWorkerConfiguration.Read(options, Configuration(settings));
        return options;
    }

    private static TaskCatalogOptions ReadCatalog(string environment, params (string Key, string? Value)[] settings)
    {
        var options = new TaskCatalogOptions();
        TaskCatalogConfiguration.Read(options, Configuration(settings), new HostingEnvironment { EnvironmentName = environment });
        return options;
    }

    private static IConfiguration Configuration((string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();
}
