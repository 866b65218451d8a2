using System.Globalization;
using Buildify.Hosting.Postgres;

namespace Buildify.Silo.Modules;

/// <summary>Reads <see cref="ModuleDatabaseOptions"/> and collects every error instead of stopping at the first.</summary>
internal static class ModuleDatabaseConfiguration
{
    private static readonly string[] Strategies = ["shared", "separate"];
    private static readonly string[] Keys = ["Strategy", "ConnectionString", "MaxConnections"];

    public static void Read(IConfiguration configuration, ModuleDatabaseOptions options)
    {
        foreach (var section in configuration.GetSection("Modules").GetChildren())
        {
            var database = section.GetSection("Database");
            if (!database.Exists()) continue;
            var before = $"Modules__{section.Key}__Database__";
            foreach (var child in database.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            {
                options.Errors.Add($"{before}{child.Key} is no setting; {Nearest.Hint(child.Key, Keys)}");
            }
            var name = section.Key.ToLowerInvariant().Replace('_', '-');
            options.Modules[name] = new ModuleDatabaseSetting
            {
                Separate = Strategy(before + "Strategy", database["Strategy"], options.Errors),
                ConnectionString = ConnectionString(before + "ConnectionString", database["ConnectionString"], name, options.Errors),
                MaxConnections = MaxConnections(before + "MaxConnections", database["MaxConnections"], options.For(name).MaxConnections, options.Errors),
            };
        }
        if (Single(configuration) is { } only) ReadSingle(configuration, only, options);
        foreach (var (name, setting) in options.Modules)
        {
            if (setting is { Separate: true, ConnectionString: null } && options.Errors.Count == 0)
            {
                options.Errors.Add($"'{name}' is to have a database of its own; say where with Modules__{name}__Database__ConnectionString "
                    + $"(postgresql://user:password@host:5432/{name.Replace('-', '_')}), on each silo.");
            }
        }
    }

    /// <summary>The names that a container of one module was given before; ours win.</summary>
    private static void ReadSingle(IConfiguration configuration, string module, ModuleDatabaseOptions options)
    {
        var own = options.For(module);
        var separate = own.Separate ?? Strategy("DATABASE_STRATEGY", configuration["DATABASE_STRATEGY"], options.Errors);
        // A compose file names the database along with either strategy.
        var url = separate != false ? ConnectionString("MODULE_DATABASE_URL", configuration["MODULE_DATABASE_URL"], module, options.Errors) : null;
        options.Modules[module] = own with { Separate = separate, ConnectionString = own.ConnectionString ?? url };
    }

    private static string? Single(IConfiguration configuration) =>
        configuration["Modules:Only"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var only] ? only : null;

    private static bool? Strategy(string name, string? value, List<string> errors)
    {
        if (string.IsNullOrEmpty(value)) return null;
        if (!Strategies.Contains(value)) errors.Add($"{name} is '{value}' and must be shared or separate; {Nearest.Hint(value, Strategies)}");
        return value == "separate";
    }

    private static string? ConnectionString(string name, string? value, string module, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(value) || PostgresConfiguration.Parse(name, value, errors) is not { } keywords) return null;
        if (string.IsNullOrEmpty(keywords.Host)) errors.Add($"{name} names no host.");
        PostgresConfiguration.FillIn(keywords, $"buildify-{module}");
        return keywords.ConnectionString;
    }

    private static int MaxConnections(string name, string? text, int otherwise, List<string> errors)
    {
        if (text is null) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100) return number;
        errors.Add($"{name} is '{text}': a whole number from 1 to 100 is needed, such as {otherwise}.");
        return otherwise;
    }
}
