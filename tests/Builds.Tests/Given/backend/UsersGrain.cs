namespace Backend;

/// <summary>One company's users, as long as the grain lives.</summary>
[GrainType("backend-users")]
internal sealed class UsersGrain(TimeProvider time) : Grain, IUsersGrain
{
    private readonly Dictionary<int, UserRead> _users = [];

    public Task<Outcome<UserRead>> CreateUser(UserCreate user, Call call)
    {
        var made = new UserRead { Id = _users.Count + 1, TelegramId = user.TelegramId, IsAdmin = user.IsAdmin, CreatedAt = time.GetUtcNow() };
        _users.Add(made.Id, made);
        return Task.FromResult<Outcome<UserRead>>(made);
    }

    public Task<Outcome<UserRead>> GetUser(int userId) =>
        Task.FromResult<Outcome<UserRead>>(_users.TryGetValue(userId, out var user) ? user : Failure.NotFound($"There is no user {userId}."));
}
