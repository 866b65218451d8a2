using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Orleans.Embedded.Tests.Api;

/// <summary>
/// The public and protected members of an assembly's public types, as text. Read from its metadata, so that an assembly whose references
/// are not there can be read as well.
/// </summary>
internal sealed class PublicApi
{
    private readonly MetadataReader _reader;

    private PublicApi(MetadataReader reader) => _reader = reader;

    /// <summary>By type; what overrides a base class's member says nothing new and is left out.</summary>
    public Dictionary<string, HashSet<string>> Types { get; } = [];

    public static PublicApi Of(string path)
    {
        using var image = new PEReader(File.OpenRead(path), PEStreamOptions.PrefetchEntireImage);
        var api = new PublicApi(image.GetMetadataReader());
        foreach (var handle in api._reader.TypeDefinitions)
        {
            api.Add(handle);
        }

        return api;
    }

    private void Add(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        if (!IsPublic(type))
        {
            return;
        }

        var generics = new SignatureNames.Generics(Names(type.GetGenericParameters()), []);
        var members = new HashSet<string>();
        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
        {
            const MethodAttributes Overrides = MethodAttributes.Virtual | MethodAttributes.NewSlot;
            if (IsVisible(method.Attributes & MethodAttributes.MemberAccessMask) && (method.Attributes & Overrides) != MethodAttributes.Virtual)
            {
                members.Add(Describe(method, generics));
            }
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            if (IsVisible((MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask)))
            {
                members.Add($"{Constness(field)} {field.DecodeSignature(SignatureNames.Instance, generics)} {_reader.GetString(field.Name)}{Value(field)}");
            }
        }

        Types.Add(SignatureNames.NameOf(_reader, handle), members);
    }

    private string Describe(MethodDefinition method, SignatureNames.Generics ofType)
    {
        var generics = ofType with { OfMethod = Names(method.GetGenericParameters()) };
        var signature = method.DecodeSignature(SignatureNames.Instance, generics);
        var isStatic = method.Attributes.HasFlag(MethodAttributes.Static) ? "static " : "";
        var arity = signature.GenericParameterCount == 0 ? "" : $"`{signature.GenericParameterCount}";
        return $"{isStatic}{signature.ReturnType} {_reader.GetString(method.Name)}{arity}({string.Join(", ", signature.ParameterTypes)})";
    }

    private bool IsPublic(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic => IsPublic(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private static bool IsVisible(MethodAttributes access) =>
        access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static string Constness(FieldDefinition field) => field.Attributes.HasFlag(FieldAttributes.Literal) ? "const"
        : field.Attributes.HasFlag(FieldAttributes.Static) ? "static" : "field";

    private string Value(FieldDefinition field)
    {
        if (field.GetDefaultValue() is { IsNil: false } handle)
        {
            var constant = _reader.GetConstant(handle);
            return $" = {_reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode)}";
        }

        return "";
    }

    private static string[] Names(GenericParameterHandleCollection parameters) => [.. parameters.Select((_, i) => $"{i}")];
}
