using System.Net.Http.Json;
using System.Text.Json;
using Buildify.Modules;
using Buildify.Operations;

namespace Backend;

[Collection("platform")]
public sealed class SeedTests(PlatformFixture platform)
{
    [Fact]
    public async Task The_client_over_HTTP_makes_and_reads_a_user()
    {
        using var company = await platform.NewCompany("backend");
        var backend = new BackendHttpClient(company.Http, company.Id);
        var user = await backend.CreateUser(new UserCreate { TelegramId = 123 });
        (await backend.GetUser(user.Id)).ShouldBe(user);
        (user.TelegramId, user.IsAdmin).ShouldBe((123, false));
        (await Should.ThrowAsync<ProblemException>(() => backend.CreateUser(new UserCreate { TelegramId = -1 }))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task The_bot_makes_a_user_of_the_backend()
    {
        using var company = await platform.NewCompany("tg-bot");
        var answer = await company.Http.PostAsync($"/api/v1/tg-bot/chats/123?company_id={company.Id}", null);
        var greeting = await answer.Content.ReadFromJsonAsync<JsonElement>();
        greeting.GetProperty("text").GetString().ShouldBe("Hello.", greeting.ToString());
        var user = await new BackendHttpClient(company.Http, company.Id).GetUser(greeting.GetProperty("user_id").GetInt32());
        user.TelegramId.ShouldBe(123);
    }
}
