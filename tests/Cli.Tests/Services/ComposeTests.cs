using System.Text.RegularExpressions;
using Buildify.Specs;
using Buildify.Specs.Nodes;

namespace Buildify.Cli.Services;

public partial class ComposeTests
{
    private static readonly string[] ServiceKeys =
    [
        "image", "build", "command", "environment", "ports", "volumes", "depends_on", "healthcheck", "profiles", "deploy", "restart", "stop_grace_period", "cap_drop", "security_opt",
    ];

    private static readonly string[] HealthKeys = ["test", "interval", "timeout", "retries", "start_period"];

    private readonly SpecMap _ours = Tree(Repository.Ours.Read(Compose.Path)!);

    [Fact]
    public void Every_key_is_one_that_Compose_knows()
    {
        _ours.Entries.Select(e => e.Key).ShouldBe(["name", "services", "volumes"]);
        foreach (var service in Services()) service.Entries.Select(e => e.Key).ShouldBeSubsetOf(ServiceKeys);
        foreach (var health in Services().Select(s => (SpecMap)At(s, "healthcheck")!)) health.Entries.Select(e => e.Key).ShouldBeSubsetOf(HealthKeys);
    }

    [Theory]
    [InlineData("silo", "Silo.dll")]
    [InlineData("worker", "Worker.dll")]
    [InlineData("gateway", "Gateway.dll")]
    public void A_program_is_asked_by_its_name_in_the_network(string service, string program) =>
        Texts(At(_ours, "services", service, "healthcheck", "test")).ShouldBe(["CMD", "dotnet", program, "--healthcheck", $"http://{service}:8080/alive"]);

    [Fact]
    public void What_a_service_needs_is_well_before_it_starts()
    {
        Text(At(_ours, "services", "silo", "depends_on", "postgres", "condition")).ShouldBe("service_healthy");
        Text(At(_ours, "services", "worker", "depends_on", "silo", "condition")).ShouldBe("service_healthy");
        Text(At(_ours, "services", "gateway", "depends_on", "silo", "condition")).ShouldBe("service_healthy");
    }

    [Fact]
    public void Any_service_can_have_replicas()
    {
        var text = Repository.Ours.Read(Compose.Path)!;
        text.ShouldNotContain("container_name");
        text.ShouldNotContain("hostname:");
        Services().Count(s => At(s, "ports") is not null).ShouldBe(1);
        Texts(At(_ours, "services", "gateway", "ports")).ShouldBe(["${GATEWAY_PORT:-8080}:8080"]);
        foreach (var name in (string[])["silo", "worker"]) Text(At(_ours, "services", name, "environment", "Cluster__Address")).ShouldBe("auto");
    }

    [Fact]
    public void The_database_has_connections_for_more_processes_than_there_are_at_first() =>
        Texts(At(_ours, "services", "postgres", "command")).ShouldBe(["postgres", "-c", "max_connections=500"]);

    [Fact]
    public void No_secret_has_a_value_or_a_default()
    {
        foreach (var line in Repository.Ours.Read(Compose.Path)!.Split('\n').Where(l => l.Contains("PASSWORD")))
        {
            Secrets().IsMatch(line).ShouldBeTrue(line);
        }
    }

    [Fact]
    public void A_silo_of_one_module_has_an_image_of_its_own_and_one_of_several_is_the_silo()
    {
        var compose = Tree(Write("""
            services:
              - { name: books, type: silo, description: One, modules: [financial], replicas: 2 }
              - { name: both, type: silo, description: Two, modules: [financial, notes] }
              - { name: bare, type: silo, description: None, modules: [] }
            """));
        Text(At(compose, "services", "books", "build", "dockerfile")).ShouldBe("modules/financial/Dockerfile");
        Text(At(compose, "services", "books", "deploy", "replicas")).ShouldBe("2");
        Text(At(compose, "services", "both", "build", "dockerfile")).ShouldBe("Silo/Dockerfile");
        new[] { "books", "both", "bare" }.Select(s => Text(At(compose, "services", s, "environment", "Modules__Only"))).ShouldBe(["financial", "financial,notes", ""]);
    }

    [Fact]
    public void Two_gateways_share_no_port_and_replicas_of_one_have_a_range()
    {
        var compose = Tree(Write("""
            services:
              - { name: gateway, type: gateway, description: One, replicas: 3 }
              - { name: inner-gateway, type: gateway, description: Two, profiles: [inner] }
            """));
        Texts(At(compose, "services", "gateway", "ports")).ShouldBe(["${GATEWAY_PORT:-8080-8082}:8080"]);
        Texts(At(compose, "services", "inner-gateway", "ports")).ShouldBe(["${INNER_GATEWAY_PORT:-8083}:8080"]);
        Texts(At(compose, "services", "inner-gateway", "profiles")).ShouldBe(["inner"]);
    }

    [Fact]
    public void What_an_entry_says_of_its_environment_stands_in_place_of_the_default()
    {
        var compose = Tree(Write("""
            services:
              - { name: silo, type: silo, description: One, environment: { DATABASE_URL: "${OTHER:?}", MORE: "a \"b\" # c" } }
            """));
        Text(At(compose, "services", "silo", "environment", "DATABASE_URL")).ShouldBe("${OTHER:?}");
        Text(At(compose, "services", "silo", "environment", "MORE")).ShouldBe("a \"b\" # c");
    }

    private IEnumerable<SpecMap> Services() => ((SpecMap)At(_ours, "services")!).Entries.Select(e => (SpecMap)e.Value);

    private static string Write(string services)
    {
        var problems = new Problems();
        var read = ServicesFile.Read(services, ["financial", "notes"], problems);
        problems.InOrder().ShouldBeEmpty();
        return Compose.Write(read);
    }

    private static SpecMap Tree(string yaml)
    {
        var problems = new Problems();
        var root = YamlTree.Read(Compose.Path, yaml, problems);
        problems.InOrder().ShouldBeEmpty();
        return root.ShouldBeOfType<SpecMap>();
    }

    private static SpecNode? At(SpecNode? node, params string[] keys) =>
        keys.Aggregate(node, (at, key) => (at as SpecMap)?.Entries.FirstOrDefault(e => e.Key == key)?.Value);

    private static string? Text(SpecNode? node) => (node as SpecText)?.Value;

    private static string[] Texts(SpecNode? node) => [.. ((SpecList)node!).Items.Select(i => ((SpecText)i).Value)];

    [GeneratedRegex(@"\$\{[A-Z_]*PASSWORD:\?")]
    private static partial Regex Secrets();
}
