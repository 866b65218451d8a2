namespace Buildify.Silo.Modules;

/// <summary>What the settings say about one module's tables (<c>Modules__{name}__Database__*</c>).</summary>
internal sealed record ModuleDatabaseSetting
{
    /// <summary>Whether they have a database of their own (<c>Strategy</c>); null where the manifest decides.</summary>
    public bool? Separate { get; init; }

    /// <summary>Where that is, as Npgsql's keywords (<c>ConnectionString</c>). Holds the password: never log it.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Connections of one process as the module's role, 1 to 100 (<c>MaxConnections</c>). Default 5.</summary>
    public int MaxConnections { get; init; } = 5;

    public override string ToString() => Separate switch { true => "separate", false => "shared", null => "as the manifest says" };
}

/// <summary>The settings of all modules' tables.</summary>
internal sealed class ModuleDatabaseOptions
{
    private static readonly ModuleDatabaseSetting Default = new();

    /// <summary>By module; a name's <c>-</c> may be written <c>_</c>, since a shell's variables have no <c>-</c>.</summary>
    public Dictionary<string, ModuleDatabaseSetting> Modules { get; } = new(StringComparer.Ordinal);

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    public List<string> Errors { get; } = [];

    public ModuleDatabaseSetting For(string module) => Modules.GetValueOrDefault(module, Default);
}
