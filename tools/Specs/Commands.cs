using System.Collections.Immutable;
using Buildify.Specs.Emit;
using Buildify.Specs.Reference;

namespace Buildify.Specs;

/// <summary>
/// What the build calls: <c>contracts|module|platform --module FOLDER --output FOLDER [--client FOLDER] [--contracts NAME=FOLDER]…</c>.
/// </summary>
internal static class Commands
{
    private const string Usage =
        "usage: Buildify.Specs contracts|module|platform --module FOLDER --output FOLDER [--client FOLDER] [--contracts NAME=FOLDER]...\n"
        + "       Buildify.Specs reference";

    /// <returns>The exit code: 0, or 1 where a spec is wrong, or 2 where the call is.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["reference"])
        {
            output.Write(SpecReference.Markdown());
            return 0;
        }
        if (args is not [("contracts" or "module" or "platform") and var kind, .. var rest] || Read(rest) is not { } options)
        {
            error.WriteLine(Usage);
            return 2;
        }
        var read = SpecReader.Read(new SpecSources(options.Module, kind == "contracts" ? null : options.Contracts, IsPlatform: kind == "platform"));
        foreach (var diagnostic in read.Diagnostics) output.WriteLine(diagnostic);
        if (read.Module is not { } module) return 1;
        if (kind == "platform") module = module with { Namespace = "Buildify.Gateway.Contract" };

        OutputFolder.Write(options.Output, kind switch
        {
            "contracts" => new ContractsFiles(module).Write(),
            "module" => new ModuleFiles(module).Write(),
            _ => new ModuleFiles(module).WriteRoutes(),
        });
        if (options.Client is { } client) OutputFolder.Write(client, new TypeScriptFiles(module).Write());
        return 0;
    }

    private static Options? Read(string[] args)
    {
        var (module, output, client) = ("", "", (string?)null);
        var contracts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--module": module = args[i + 1]; break;
                case "--output": output = args[i + 1]; break;
                case "--client": client = args[i + 1]; break;
                case "--contracts" when args[i + 1].Split('=', 2) is [var name, var folder]: contracts[name] = folder; break;
                default: return null;
            }
        }
        return module.Length > 0 && output.Length > 0 && args.Length % 2 == 0 ? new Options(module, output, client, contracts.ToImmutable()) : null;
    }

    private sealed record Options(string Module, string Output, string? Client, ImmutableSortedDictionary<string, string> Contracts);
}
