using System.Collections.Immutable;
using System.Text;

namespace Buildify.Cli.Services;

/// <summary>Writes <c>docker-compose.yml</c>: the services as containers, with everything that differs between installations left to the environment.</summary>
internal sealed class Compose(ImmutableArray<Service> services)
{
    public const string Path = "docker-compose.yml";

    private readonly ComposeText _text = new();
    private readonly ProcessSettings _settings = new(services);

    public static string Write(ImmutableArray<Service> services) => new Compose(services).Write();

    private string Write()
    {
        _text.Line(0, "# Written by buildify sync from services.yml: change that one. The variables are read from the environment and from .env beside this");
        _text.Line(0, "# file. More of one service: docker compose up --scale silo=3, with POSTGRES_PROCESSES for how many processes that makes.");
        _text.Pair(0, "name", "buildify");
        _text.Line(0, "");
        _text.Line(0, "services:");
        foreach (var service in services) Service(service);
        Volumes();
        return _text.ToString();
    }

    private void Service(Service service)
    {
        _text.Line(0, "");
        foreach (var line in service.Description.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) _text.Line(1, $"# {line}");
        _text.Line(1, $"{service.Name}:");
        Image(service);
        _text.List(2, "command", service.Command);
        _text.Map(2, "environment", _settings.Of(service));
        Ports(service);
        _text.List(2, "volumes", service.Volumes);
        DependsOn(service);
        Health(service);
        _text.List(2, "profiles", service.Profiles);
        _text.Line(2, "deploy:");
        _text.Line(3, $"replicas: {service.Replicas}");
        _text.Pair(2, "restart", "unless-stopped");
        if (!service.IsProcess) return;
        _text.Pair(2, "stop_grace_period", "30s");
        _text.List(2, "cap_drop", ["ALL"]);
        _text.List(2, "security_opt", ["no-new-privileges:true"]);
    }

    private void Image(Service service)
    {
        if (service.Image is { } image)
        {
            _text.Pair(2, "image", image);
            return;
        }
        var build = ServiceBuild.Of(service);
        _text.Line(2, "build:");
        _text.Pair(3, "context", build.Context);
        _text.Pair(3, "dockerfile", build.Dockerfile);
        _text.Pair(2, "image", $"buildify-{build.Image}:${{BUILDIFY_VERSION:-dev}}");
    }

    // The gateway's alone is fixed; as many as there are of it take as many ports.
    private void Ports(Service service)
    {
        if (service.Type == ServiceType.Web) _text.List(2, "ports", [$"{ServiceBuild.Port}"]);
        if (service.Type != ServiceType.Gateway) return;
        var first = ServiceBuild.Port + services.TakeWhile(s => s != service).Where(s => s.Type == ServiceType.Gateway).Sum(s => Math.Max(1, s.Replicas));
        var ports = service.Replicas > 1 ? $"{first}-{first + service.Replicas - 1}" : $"{first}";
        _text.List(2, "ports", [$"${{{Variable(service.Name)}_PORT:-{ports}}}:{ServiceBuild.Port}"]);
    }

    private void DependsOn(Service service)
    {
        if (service.DependsOn.IsEmpty) return;
        _text.Line(2, "depends_on:");
        foreach (var name in service.DependsOn)
        {
            _text.Line(3, $"{name}:");
            _text.Pair(4, "condition", "service_healthy");
        }
    }

    private void Health(Service service)
    {
        if (HealthTest(service) is not { } test) return;
        _text.Line(2, "healthcheck:");
        _text.Line(3, $"test: [{string.Join(", ", test.Select(ComposeText.Quoted))}]");
        _text.Pair(3, "interval", "10s");
        _text.Pair(3, "timeout", "5s");
        _text.Line(3, "retries: 3");
        _text.Pair(3, "start_period", "60s");
    }

    // The program asks at the container's own address among those that the service's name has, so that no replica answers for another.
    private static string[]? HealthTest(Service service) => service switch
    {
        { IsProcess: true } => ["CMD", "dotnet", $"{ServiceBuild.Program(service.Type)}.dll", "--healthcheck", $"http://{service.Name}:{ServiceBuild.Port}/alive"],
        { Type: ServiceType.Web } => ["CMD-SHELL", $"wget -q -O /dev/null http://$$(hostname):{ServiceBuild.Port}/alive"],
        { Health: { } command } => ["CMD-SHELL", command],
        _ => null,
    };

    private void Volumes()
    {
        var named = services.SelectMany(s => s.Volumes).Select(v => v.Split(':')[0]).Where(v => !v.StartsWith('.') && !v.StartsWith('/')).Distinct().ToList();
        if (named.Count == 0) return;
        _text.Line(0, "");
        _text.Line(0, "volumes:");
        foreach (var volume in named) _text.Line(1, $"{volume}: {{}}");
    }

    public static string Variable(string service) => new StringBuilder(service.ToUpperInvariant()).Replace('-', '_').ToString();
}
