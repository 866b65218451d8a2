using System.Net.Http.Headers;
using System.Text;
using Buildify.Gateway.Fakes;

namespace Buildify.Gateway.Bodies;

public sealed class BodyOverHttpTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(settings: new() { ["Limits:BodyBytes"] = "2048" });

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("nonsense")]
    public async Task What_is_not_said_to_be_JSON_is_415(string? type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await Create(content)).ShouldBeProblem(415, "not-json");
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("APPLICATION/JSON")]
    public async Task JSON_in_UTF8_is_read_however_it_is_written(string type)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        (await Create(content)).ShouldRefuse("id", "display_name");
    }

    [Fact]
    public async Task An_empty_body_is_400() => (await Create(TestGateway.Json(""))).ShouldBeProblem(400, "malformed");

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_400() =>
        (await Create(Bytes([.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8]))).ShouldBeProblem(400, "malformed");

    [Fact]
    public async Task A_body_with_a_length_over_the_limit_is_413() =>
        (await Create(Bytes(new byte[4096]))).ShouldBeProblem(413, "too-large");

    [Fact]
    public async Task A_body_in_chunks_over_the_limit_is_413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tenants") { Content = Bytes(Encoding.UTF8.GetBytes(new string(' ', 3000))) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.AdministratorToken);
        using var response = await _gateway.Client.SendAsync(request);
        (await TestAnswer.Read(response)).ShouldBeProblem(413, "too-large");
    }

    [Fact]
    public async Task Bad_fields_are_named() =>
        (await Create(TestGateway.Json("""{"id":"No Slug","diplay_name":"x"}"""))).ShouldRefuse("id", "diplay_name", "display_name");

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("cursor=%00", "cursor")]
    public async Task Bad_paging_is_named(string query, string field) =>
        (await _gateway.Get($"/api/v1/tenants?{query}", TestGateway.AdministratorToken)).ShouldRefuse(field);

    [Fact]
    public async Task A_PATCH_that_changes_nothing_is_refused() => (await _gateway.Send(
        HttpMethod.Patch, "/api/v1/tenants/acme", TestGateway.Json("{}"), TestGateway.AdministratorToken)).ShouldRefuse("$");

    private Task<TestAnswer> Create(HttpContent content) => _gateway.Send(HttpMethod.Post, "/api/v1/tenants", content, TestGateway.AdministratorToken);

    private static ByteArrayContent Bytes(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        return content;
    }
}
