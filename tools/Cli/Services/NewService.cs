using System.Collections.Immutable;
using Buildify.Cli.Sync;
using Buildify.Specs;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Cli.Services;

/// <summary>Adds an entry to <c>services.yml</c>, behind those that are there, and leaves every other letter of the file as it is.</summary>
internal sealed class NewService(Workspace workspace, TextWriter output, TextWriter error)
{
    public int Make(string name, string type, string? description, ImmutableArray<string> modules)
    {
        var known = workspace.Modules().ToList();
        var before = new Problems();
        var services = ServicesFile.Read(workspace, before);
        if (before.Any) return Refuse(before);

        var text = workspace.Read(ServicesFile.Name)!;
        var entry = new Service
        {
            Name = name,
            Type = Enum.Parse<ServiceType>(type, ignoreCase: true),
            Description = description ?? Description(type, modules),
            Modules = modules.IsEmpty ? null : modules,
            DependsOn = DependsOn(type, services),
        };
        var added = Append(text, entry);

        // What was added is read as everybody else reads it: a name that is taken, a module that is not there.
        var after = new Problems();
        var read = ServicesFile.Read(added, known, after);
        var isRead = !after.InOrder().Any(found => found.Code == SpecErrors.NotYaml.Code);
        if (isRead && after.Any) return Refuse(after);
        if (!isRead || read.Length != services.Length + 1)
        {
            error.WriteLine($"{ServicesFile.Name} is not written line by line, as this could add to it; write the entry yourself:\n{Entry(entry, 0)}");
            return 1;
        }
        workspace.Write(ServicesFile.Name, added);
        output.WriteLine($"wrote {ServicesFile.Name}");
        return new SyncCommand(workspace, output, error).Run(check: false);
    }

    private int Refuse(Problems problems)
    {
        foreach (var problem in problems.InOrder()) error.WriteLine(problem);
        return 1;
    }

    private static string Description(string type, ImmutableArray<string> modules) => type switch
    {
        "silo" when !modules.IsEmpty => $"The grains of {string.Join(", ", modules)}.",
        "silo" => "The platform's and the modules' grains.",
        "worker" => "Runs tasks.",
        "gateway" => "HTTP in, grain calls out.",
        "web" => "Files for browsers.",
        _ => "What its Dockerfile makes of it.",
    };

    // A silo finds its tables, and whoever calls grains finds a silo.
    private static ImmutableArray<string> DependsOn(string type, ImmutableArray<Service> services)
    {
        var wanted = type switch { "silo" => ServiceType.Container, "worker" or "gateway" => ServiceType.Silo, _ => (ServiceType?)null };
        var found = services.FirstOrDefault(s => s.Type == wanted && (wanted != ServiceType.Container || s.Name == "postgres") && s.Profiles.IsEmpty);
        return found is null ? [] : [found.Name];
    }

    private static string Append(string text, Service entry)
    {
        var list = (YamlTree.Read(ServicesFile.Name, text, new Problems()) as SpecMap)?.Entries.FirstOrDefault(e => e.Key == "services")?.Value;
        var indent = list is SpecList { Items: [_, ..] } ? list.Place.Column - 1 : 2;
        return $"{text.TrimEnd('\n')}\n{(text.TrimEnd('\n').Length == 0 ? "services:\n" : "")}{Entry(entry, indent)}";
    }

    private static string Entry(Service service, int indent)
    {
        var lines = new List<string>
        {
            $"- name: {service.Name}",
            $"  type: {ServiceKeys.Types[(int)service.Type]}",
            $"  description: {ComposeText.Quoted(service.Description)}",
        };
        if (service.Modules is { } modules) lines.Add($"  modules: [{string.Join(", ", modules)}]");
        if (!service.DependsOn.IsEmpty) lines.Add($"  depends_on: [{string.Join(", ", service.DependsOn)}]");
        return string.Concat(lines.Select(line => $"{new string(' ', indent)}{line}\n"));
    }
}
