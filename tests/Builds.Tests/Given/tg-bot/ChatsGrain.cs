using Backend;

namespace TgBot;

/// <summary>Knows nobody itself: it asks the backend.</summary>
[GrainType("tg-bot-chats")]
internal sealed class ChatsGrain : Grain, IChatsGrain
{
    public async Task<Outcome<Greeting>> Greet(int telegramId, Call call)
    {
        var backend = new BackendClient(GrainFactory, this.TenantId(), this.CompanyId());
        var made = await backend.CreateUser(new UserCreate { TelegramId = telegramId }, call);
        if (!made.Succeeded) return made.Failure;
        var user = await backend.GetUser(made.Value.Id);
        if (!user.Succeeded) return user.Failure;
        return new Greeting { UserId = user.Value.Id, Text = user.Value.IsAdmin ? "Welcome back." : "Hello." };
    }
}
