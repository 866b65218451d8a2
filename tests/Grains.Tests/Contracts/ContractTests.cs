using System.Collections.Immutable;
using System.Reflection;

namespace Buildify.Contracts;

/// <summary>
/// Walks every grain contract. On Orleans each type in one is serialised, so it says how; on the embedded runtime calls copy nothing,
/// so it must not change.
/// </summary>
public class ContractTests
{
    private static readonly IReadOnlyList<Type> Interfaces =
        [.. typeof(Tenants.ITenantGrain).Assembly.GetTypes().Where(type => type.IsInterface && typeof(IGrainWithStringKey).IsAssignableFrom(type))];

    private static readonly HashSet<Type> Plain =
    [
        typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(Guid), typeof(DateTimeOffset),
        typeof(TimeSpan), typeof(CancellationToken), typeof(void), typeof(Task), typeof(ValueTask),
    ];

    private static readonly HashSet<Type> PlainGenerics =
    [
        typeof(Nullable<>), typeof(Task<>), typeof(ValueTask<>), typeof(ImmutableArray<>), typeof(ImmutableDictionary<,>),
        typeof(ImmutableSortedDictionary<,>),
    ];

    public static TheoryData<Type> ContractTypes => [.. Walk()];

    [Fact]
    public void There_are_contracts_to_walk() => ContractTypes.Count.ShouldBeGreaterThan(20);

    [Fact]
    public void Every_interface_and_method_has_an_alias_so_that_renaming_breaks_no_mixed_cluster()
    {
        var bare = Interfaces.Where(type => type.GetCustomAttribute<AliasAttribute>() is null).Select(type => type.Name)
            .Concat(Interfaces.SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<AliasAttribute>() is null)
                .Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
        bare.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(ContractTypes))]
    public void A_type_in_a_contract_says_how_it_is_serialised(Type type)
    {
        type.GetCustomAttribute<GenerateSerializerAttribute>().ShouldNotBeNull();
        type.GetCustomAttribute<AliasAttribute>().ShouldNotBeNull();
        var ids = Members(type).Select(member => (member.Name, Id: member.GetCustomAttribute<IdAttribute>()?.Id)).ToList();
        ids.Where(member => member.Id is null).Select(member => member.Name).ShouldBeEmpty();
        ids.Select(member => member.Id).ShouldBeUnique();
    }

    [Theory, MemberData(nameof(ContractTypes))]
    public void A_type_in_a_contract_never_changes(Type type)
    {
        type.GetCustomAttribute<ImmutableAttribute>().ShouldNotBeNull();
        (type.IsSealed || type.IsValueType).ShouldBeTrue();
        foreach (var property in Members(type).Where(property => property.SetMethod is not null))
        {
            property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()
                .ShouldContain(typeof(System.Runtime.CompilerServices.IsExternalInit), $"{type.Name}.{property.Name} can be set");
        }
        type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Where(field => !field.IsInitOnly && !IsBacking(field, type))
            .Select(field => field.Name).ShouldBeEmpty();
    }

    // The field behind an init-only property is not marked read-only in metadata; the property was looked at above.
    private static bool IsBacking(FieldInfo field, Type type) => Members(type).Any(property => field.Name == $"<{property.Name}>k__BackingField");

    private static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.GetMethod!.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is not null
            && property.Name != "EqualityContract");

    private static IEnumerable<Type> Walk()
    {
        var seen = new HashSet<Type>();
        var open = new Queue<Type>(Interfaces.SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)));
        while (open.TryDequeue(out var type))
        {
            if (type.IsGenericType)
            {
                foreach (var argument in type.GetGenericArguments()) open.Enqueue(argument);
                type = type.GetGenericTypeDefinition();
            }
            if (type.IsGenericParameter || type.IsEnum || Plain.Contains(type) || PlainGenerics.Contains(type) || !seen.Add(type)) continue;
            foreach (var property in Members(type)) open.Enqueue(property.PropertyType);
            yield return type;
        }
    }
}
