namespace Conformance;

[Alias("conformance.boxed`1")]
internal interface IBoxGrain<T> : IGrainWithStringKey
{
    [Alias("put")]
    Task<T> Put(T value);
}

internal sealed class BoxGrain<T> : Grain, IBoxGrain<T>
{
    public Task<T> Put(T value) => Task.FromResult(value);
}

internal interface IGreeter : IGrainWithStringKey
{
    Task<string> Greet(string name = "you");
}

[Alias("conformance.polite")]
internal interface IPoliteGrain : IGreeter
{
    [Alias("ask")]
    ValueTask<string> Ask(IGreeter other);

    [Alias("many")]
    Task<string> Many(int a, string b, long c, double d, bool e, char f, Guid g, decimal h, int i, string j);

    [Alias("me")]
    Task<IPoliteGrain> Me();

    [Alias("identity")]
    Task<string> Identity();
}

internal sealed class PoliteGrain : Grain, IPoliteGrain
{
    public Task<string> Greet(string name) => Task.FromResult($"{this.GetPrimaryKeyString()} greets {name}");

    public async ValueTask<string> Ask(IGreeter other) => await other.Greet(this.GetPrimaryKeyString());

    public Task<string> Many(int a, string b, long c, double d, bool e, char f, Guid g, decimal h, int i, string j) =>
        Task.FromResult(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{a}{b}{c}{d}{e}{f}{g:N}{h}{i}{j}"));

    public Task<IPoliteGrain> Me() => Task.FromResult(this.AsReference<IPoliteGrain>());

    public Task<string> Identity() => Task.FromResult(IdentityString);
}

[Alias("conformance.numbered")]
internal interface INumberedGrain : IGrainWithIntegerKey
{
    [Alias("key")]
    Task<long> Key();
}

internal sealed class NumberedGrain : Grain, INumberedGrain
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

[Alias("conformance.guid")]
internal interface IGuidGrain : IGrainWithGuidKey
{
    [Alias("key")]
    Task<Guid> Key();
}

[GrainType("named-by-attribute")]
internal sealed class GuidGrain : Grain, IGuidGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

[Collection(SharedCluster.Name)]
public sealed class ReferenceTests(SharedCluster shared)
{
    private readonly IPoliteGrain _ann = shared.Grains.GetGrain<IPoliteGrain>("tenant/ann");

    [Fact]
    public async Task An_inherited_method_is_called_and_a_default_argument_is_passed() =>
        (await _ann.Greet()).ShouldBe("tenant/ann greets you");

    [Fact]
    public async Task A_reference_can_be_passed_to_a_grain_and_come_back_from_one()
    {
        (await _ann.Ask(shared.Grains.GetGrain<IPoliteGrain>("bob"))).ShouldBe("bob greets tenant/ann");
        var herself = await _ann.Me();
        herself.ShouldBe(_ann);
        herself.GetHashCode().ShouldBe(_ann.GetHashCode());
        (await herself.Greet("me")).ShouldBe("tenant/ann greets me");
    }

    [Fact]
    public async Task A_method_can_have_more_arguments_than_a_tuple_has_items()
    {
        var guid = new Guid("00112233445566778899aabbccddeeff");
        (await _ann.Many(1, "b", 3, 4.5, true, 'f', guid, 8m, 9, "j")).ShouldBe($"1b34.5Truef{guid:N}89j");
    }

    [Fact]
    public async Task A_generic_interface_has_a_grain_for_each_type()
    {
        (await shared.Grains.GetGrain<IBoxGrain<int>>("box").Put(3)).ShouldBe(3);
        (await shared.Grains.GetGrain<IBoxGrain<string>>("box").Put("three")).ShouldBe("three");
    }

    [Fact]
    public async Task An_identity_is_the_grain_s_type_and_key()
    {
        (await _ann.Identity()).ShouldBe("polite/tenant/ann");
        _ann.GetGrainId().ShouldBe(GrainId.Create("polite", "tenant/ann"));
        GrainId.Parse("polite/tenant/ann", null).ShouldBe(_ann.GetGrainId());
        _ann.GetPrimaryKeyString().ShouldBe("tenant/ann");
        _ann.GetGrainId().GetUniformHashCode().ShouldBe(2018941225u);
    }

    [Fact]
    public async Task A_number_and_a_guid_are_keys()
    {
        var number = shared.Grains.GetGrain<INumberedGrain>(-10);
        (await number.Key()).ShouldBe(-10);
        number.GetGrainId().ToString().ShouldBe("numbered/FFFFFFFFFFFFFFF6");
        var guid = new Guid("00112233445566778899aabbccddeeff");
        var named = shared.Grains.GetGrain<IGuidGrain>(guid);
        (await named.Key()).ShouldBe(guid);
        named.GetGrainId().ToString().ShouldBe("named-by-attribute/00112233445566778899aabbccddeeff");
    }

    [Fact]
    public async Task A_reference_by_id_is_cast_to_be_called() =>
        (await shared.Grains.GetGrain(_ann.GetGrainId()).AsReference<IPoliteGrain>().Greet("id")).ShouldBe("tenant/ann greets id");

    [Fact]
    public void A_key_must_not_be_empty() => Should.Throw<ArgumentException>(() => shared.Grains.GetGrain<IPoliteGrain>(" "));
}
