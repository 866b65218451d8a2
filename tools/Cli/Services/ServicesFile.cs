using System.Collections.Immutable;
using Buildify.Specs;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reading;
using Buildify.Specs.Reference;

namespace Buildify.Cli.Services;

/// <summary>Reads <c>services.yml</c>, and tells all that is wrong with it at once.</summary>
/// <param name="modules">The modules that are there.</param>
internal sealed class ServicesFile(IReadOnlyCollection<string> modules, Problems problems)
{
    public const string Name = "services.yml";

    private const int MaxReplicas = 100;

    /// <summary>The services, in their order; what is wrong goes into <paramref name="problems"/>, and then they are not whole.</summary>
    public static ImmutableArray<Service> Read(Workspace workspace, Problems problems)
    {
        if (workspace.Read(Name) is { } text) return Read(text, [.. workspace.Modules()], problems);
        problems.Add(SpecErrors.MissingKey, new Place(Name, 1, 1), "there is no services.yml at the root; write 'services:' into one, and buildify new service adds to it");
        return [];
    }

    public static ImmutableArray<Service> Read(string text, IReadOnlyCollection<string> modules, Problems problems)
    {
        if (YamlTree.Read(Name, text, problems) is not { } root) return [];
        var services = new ServicesFile(modules, problems).Services(root);
        new ServiceNames(services, problems).Check();
        return [.. services.Select(s => s.Service)];
    }

    private ImmutableArray<ReadService> Services(SpecNode root) =>
        [.. (Fields.Of(root, ServiceKeys.File, problems, isPlatform: false)?.Items("services") ?? []).Select(Service).OfType<ReadService>()];

    private ReadService? Service(SpecNode node)
    {
        if (Fields.Of(node, ServiceKeys.Service, problems, isPlatform: false) is not { } fields) return null;
        var name = fields.Text("name", required: true);
        var type = Type(fields);
        var description = fields.Text("description", required: true);
        CheckModules(fields);
        if (type is { } known) CheckKeys(fields, known);
        if (name is not null && !IsHostName(name.Value))
        {
            problems.Add(SpecErrors.BadName, name.Place, $"'{name.Value}' is no name of a service: 1 to 40 characters of a-z, 0-9 and '-', a letter first and no '-' last");
        }
        if (name is null || type is null || description is null) return null;
        var dependsOn = fields.Words("depends_on");
        return new ReadService(dependsOn, new Service
        {
            Name = name.Value,
            Type = type.Value,
            Description = description.Value,
            Modules = fields.Has("modules") ? [.. fields.Words("modules").Select(m => m.Value)] : null,
            DependsOn = [.. dependsOn.Select(d => d.Value)],
            Profiles = [.. fields.Words("profiles").Select(p => p.Value)],
            Replicas = fields.Int("replicas", 0, MaxReplicas) ?? 1,
            Image = fields.Text("image")?.Value,
            Command = [.. fields.Words("command").Select(w => w.Value)],
            Environment = Environment(fields),
            Volumes = [.. fields.Words("volumes").Select(v => v.Value)],
            Health = fields.Text("health")?.Value,
            Place = name.Place,
        });
    }

    private static ServiceType? Type(Fields fields) => fields.Text("type", required: true) is null ? null
        : fields.OneOf("type", ServiceKeys.Types) is { } word ? Enum.Parse<ServiceType>(word, ignoreCase: true)
        : null;

    private void CheckModules(Fields fields)
    {
        foreach (var module in fields.Words("modules").Where(m => !modules.Contains(m.Value)))
        {
            problems.Add(ServiceKeys.UnknownModule, module.Place, $"there is no module '{module.Value}' under modules/; {Nearest.Hint(module.Value, modules)}");
        }
    }

    private void CheckKeys(Fields fields, ServiceType type)
    {
        var isProcess = type is ServiceType.Silo or ServiceType.Worker or ServiceType.Gateway;
        if (!isProcess) Refuse(["modules"], "only silos, workers and gateways serve modules");
        if (type != ServiceType.Container) Refuse(["image", "command", "volumes", "health"], $"only a container has it; what a {ServiceKeys.Types[(int)type]} runs is built here");
        if (fields.Text("image") is { } image && (!image.Value.Contains(':', StringComparison.Ordinal) || image.Value.EndsWith(":latest", StringComparison.Ordinal)))
        {
            problems.Add(SpecErrors.BadValue, image.Place, $"'{image.Value}' is another image tomorrow; name its version, as postgres:17.6");
        }

        void Refuse(ReadOnlySpan<string> keys, string why)
        {
            foreach (var key in keys)
            {
                if (fields.Has(key)) problems.Add(ServiceKeys.NotForType, fields.PlaceOf(key), $"'{key}' is not for a {ServiceKeys.Types[(int)type]}: {why}");
            }
        }
    }

    private ImmutableSortedDictionary<string, string> Environment(Fields fields)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in fields.Named("environment"))
        {
            if (entry.Value is SpecText text) variables[entry.Key] = text.Value;
            else problems.Add(SpecErrors.WrongKind, entry.Value.Place, $"'{entry.Key}' is a text");
        }
        return variables.ToImmutable();
    }

    /// <summary>A label of a host's name (RFC 1123, 2.1), in lower case and with a letter first.</summary>
    public static bool IsHostName(string name) => Slug.IsValid(name) && char.IsAsciiLetter(name[0]) && name[^1] != '-';
}

/// <param name="DependsOn">With the places, which the service itself has no more use for.</param>
internal sealed record ReadService(ImmutableArray<SpecText> DependsOn, Service Service);
