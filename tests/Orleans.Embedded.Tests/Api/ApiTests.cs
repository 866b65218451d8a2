using System.Reflection;

namespace Orleans.Embedded.Tests.Api;

/// <summary>
/// What compiles against the embedded runtime compiles against Orleans. This compares with those of Orleans' packages that can be had
/// alone; what is in the others is held to it by the Conformance suite, which compiles against both.
/// </summary>
public class ApiTests
{
    private static readonly PublicApi Own = PublicApi.Of(typeof(Grain).Assembly.Location);

    /// <summary>Interfaces that an application implements, so that here a member too few is as wrong as one too many.</summary>
    private static readonly string[] Implemented =
    [
        "Orleans.IGrainBase", "Orleans.IIncomingGrainCallFilter", "Orleans.IOutgoingGrainCallFilter", "Orleans.ILifecycleObserver",
        "Orleans.ILifecycleParticipant`1", "Orleans.Core.IStorage", "Orleans.Core.IStorage`1", "Orleans.Runtime.IGrainTimer",
        "Orleans.TestingHost.ISiloConfigurator", "Orleans.TestingHost.IHostConfigurator", "Orleans.TestingHost.IClientBuilderConfigurator",
    ];

    private static readonly Dictionary<string, string> Paths = typeof(ApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(m => m.Key == "OrleansAssembly").ToDictionary(m => Path.GetFileNameWithoutExtension(m.Value!), m => m.Value!);

    public static TheoryData<string> Assemblies => new(Paths.Keys);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Every_member_that_a_type_has_here_it_has_on_Orleans(string assembly)
    {
        var theirs = PublicApi.Of(Paths[assembly]);
        var shared = Own.Types.Keys.Intersect(theirs.Types.Keys).ToArray();
        shared.Length.ShouldBeGreaterThan(5, "types in common");
        var extra = shared.SelectMany(type => Own.Types[type].Except(theirs.Types[type]).Select(member => $"{type}: {member}"));
        extra.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void An_interface_that_applications_implement_has_every_member_that_it_has_on_Orleans(string assembly)
    {
        var theirs = PublicApi.Of(Paths[assembly]);
        var missing = Implemented.Where(theirs.Types.ContainsKey)
            .SelectMany(type => theirs.Types[type].Except(Own.Types[type]).Select(member => $"{type}: {member}"));
        missing.ShouldBeEmpty();
    }
}
