using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Orleans.Runtime;

/// <summary>
/// The grain classes and interfaces of the application: those of every assembly it is deployed with that refers to this one. Found by
/// the files, as the compiler drops a reference that no code uses, which is just what a module's is.
/// </summary>
internal static class ApplicationTypes
{
    private static readonly Lazy<(Type[] Classes, Type[] Interfaces)> Found = new(Find);

    public static IEnumerable<Type> Classes => Found.Value.Classes;

    public static IEnumerable<Type> Interfaces => Found.Value.Interfaces;

    private static (Type[] Classes, Type[] Interfaces) Find()
    {
        var types = Assemblies().SelectMany(a => a.GetTypes()).ToArray();
        return ([.. types.Where(IsGrainClass)], [.. types.Where(IsGrainInterface)]);
    }

    private static bool IsGrainClass(Type type) => type is { IsClass: true, IsAbstract: false }
        && typeof(IGrainBase).IsAssignableFrom(type) && typeof(IGrain).IsAssignableFrom(type);

    private static bool IsGrainInterface(Type type) => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)
        && type != typeof(IAddressable) && type.Namespace != typeof(IGrain).Namespace;

    private static HashSet<Assembly> Assemblies()
    {
        var self = typeof(ApplicationTypes).Assembly;
        var found = new HashSet<Assembly> { self };
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (!assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(r => r.Name == self.GetName().Name))
            {
                found.Add(assembly);
            }
        }

        foreach (var path in Deployed().Where(path => RefersTo(path, self.GetName().Name!)))
        {
            found.Add(Assembly.Load(AssemblyName.GetAssemblyName(path)));
        }

        return found;
    }

    /// <summary>What the application's dependency file lists; a file that an earlier build left behind is not in it.</summary>
    private static IEnumerable<string> Deployed()
    {
        var listed = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string)?.Split(Path.PathSeparator) ?? [];
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var shared = Path.GetDirectoryName(Path.GetDirectoryName(framework))!;
        return listed.Where(path => path.Length > 0 && !path.StartsWith(shared, StringComparison.Ordinal));
    }

    private static bool RefersTo(string path, string name)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        if (!image.HasMetadata)
        {
            return false;
        }

        var metadata = image.GetMetadataReader();
        return metadata.AssemblyReferences.Any(handle =>
            metadata.StringComparer.Equals(metadata.GetAssemblyReference(handle).Name, name));
    }
}
