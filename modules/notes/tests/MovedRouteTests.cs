using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Buildify.ForeignBackend;
using Buildify.Modules;
using Buildify.Testing.Hosts;
using Microsoft.AspNetCore.Builder;

namespace Notes;

/// <summary>A legacy backend stands beside the grains; tenants are moved to it and back while they work.</summary>
[Collection("platform")]
public sealed class MovedRouteTests(PlatformFixture platform)
{
    private const int Tenants = 12;

    [Fact]
    public async Task The_route_moves_to_a_foreign_backend_by_percentage_and_back_and_no_request_fails()
    {
        await using var backend = await StartBackend();
        var address = backend.Urls.First();
        using var administrator = platform.Host.Client();
        var companies = new List<TestCompany>();
        for (var i = 0; i < Tenants; i++) companies.Add(await platform.NewCompany("notes"));
        var answers = new ConcurrentQueue<(string Tenant, HttpStatusCode Status, bool IsForeign)>();
        using var stop = new CancellationTokenSource();
        var load = companies.Select(company => Work(company, answers, stop.Token)).ToList();

        await Set(new { address, percentage = 50 });
        var half = await NextRound(companies, answers);
        half.Values.ShouldContain(true);
        half.Values.ShouldContain(false);
        await Set(new { address, percentage = 100 });
        (await NextRound(companies, answers)).Values.ShouldAllBe(isForeign => isForeign);
        (await administrator.PostAsync("/api/v1/routes/notes/rollback", null)).EnsureSuccessStatusCode();
        (await NextRound(companies, answers)).ShouldBe(half, ignoreOrder: true);
        (await administrator.DeleteAsync("/api/v1/routes/notes")).EnsureSuccessStatusCode();
        (await NextRound(companies, answers)).Values.ShouldAllBe(isForeign => !isForeign);

        await stop.CancelAsync();
        await Task.WhenAll(load);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        companies.ForEach(company => company.Dispose());

        async Task Set(object rule) => (await administrator.PutAsJsonAsync("/api/v1/routes/notes", rule)).EnsureSuccessStatusCode();
    }

    private async Task<WebApplication> StartBackend()
    {
        var backend = LegacyBackend.Build(["--module", "notes", "--keys", new Uri(platform.Host.Address, "/.well-known/jwks.json").ToString(), "--urls", "http://127.0.0.1:0"]);
        await backend.StartAsync();
        return backend;
    }

    private static async Task Work(TestCompany company, ConcurrentQueue<(string, HttpStatusCode, bool)> answers, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var answer = await company.Http.GetAsync($"/api/v1/notes?company_id={company.Id}", CancellationToken.None);
            var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            answers.Enqueue((company.Tenant, answer.StatusCode, text.Contains("\"served_by\":\"foreign\"", StringComparison.Ordinal)));
        }
    }

    /// <summary>Who serves each tenant now: of each the second answer from here on, since the first may have been asked for before.</summary>
    private static async Task<Dictionary<string, bool>> NextRound(List<TestCompany> companies, ConcurrentQueue<(string Tenant, HttpStatusCode Status, bool IsForeign)> answers)
    {
        var from = answers.Count;
        while (true)
        {
            var since = answers.Skip(from).ToLookup(answer => answer.Tenant);
            if (companies.All(company => since[company.Tenant].Count() > 1)) return companies.ToDictionary(company => company.Tenant, company => since[company.Tenant].ElementAt(1).IsForeign);
            await Task.Yield();
        }
    }
}
