using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Companies;

namespace Buildify.Modules;

/// <summary>A module's configuration as a record, for one company.</summary>
public static class ModuleSettings
{
    /// <summary>Bounds what is remembered: companies of one process times modules, roughly.</summary>
    private const int MaxRemembered = 10_000;

    // A tier may hold keys that the record does not know.
    private static readonly JsonSerializerOptions Lenient = new(BuildifyJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>
    /// Asks the company's grain, which answers from memory; what was read is kept until the answer is another. Fails with
    /// <see cref="FailureCodes.ModuleNotEnabled"/> where the module is off for the company.
    /// </summary>
    public static async ValueTask<Outcome<T>> Read<T>(IGrainFactory grains, string module, string tenant, string company) where T : class
    {
        var key = GrainKeys.Company(tenant, company);
        var answer = await grains.GetGrain<ICompanyGrain>(key).GetConfiguration(module);
        if (!answer.Succeeded) return answer.Failure;

        var json = answer.Value.Configuration.Text;
        if (Remembered<T>.ByCompany.TryGetValue(key, out var known) && known.Json == json) return known.Settings;
        var settings = JsonSerializer.Deserialize<T>(json, Lenient)!;
        if (Remembered<T>.ByCompany.Count >= MaxRemembered) Remembered<T>.ByCompany.Clear();
        Remembered<T>.ByCompany[key] = (json, settings);
        return settings;
    }

    private static class Remembered<T>
    {
        public static readonly ConcurrentDictionary<string, (string Json, T Settings)> ByCompany = new(StringComparer.Ordinal);
    }
}
