using System.Net.Mime;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Identity;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Health;
using Buildify.Hosting.Management;

namespace Buildify.Gateway.Health;

/// <summary>For those who watch the platform; all of it public.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("").WithTags("Health").AllowAnonymous();
        // Answered by AliveMiddleware; here for the document, and for the methods it does not take.
        health.MapGet(Alive.Path, (HttpContext http, TimeProvider time) => AliveMiddleware.Answer(http, time))
            .Gives<TimedStatus>().Describe("alive", "Whether the process runs; touches neither cluster nor database.");
        health.MapGet("/ping", (HttpContext http, TimeProvider time) => Alive.Write(http.Response, time, "pong"u8))
            .Gives<TimedStatus>().Describe("ping", "Whether requests come through.");
        health.MapGet("/ready", (HttpContext http, IGrainFactory grains, TimeProvider time) => ReadyAnswer.Write(http, grains, time))
            .Gives<ReadyDocument>().Gives<ReadyDocument>(503).Describe("ready", "Whether this process can serve: database and cluster answer.");
        health.MapGet("/health", Report).Gives<HealthReport>().Gives<HealthReport>(503)
            .Describe("health", "Every check of the platform; each installed module is one.");
        health.MapGet("/health/{module:slug}", OneModule).Gives<HealthCheck>().Gives<HealthCheck>(503).Refuses(404)
            .Describe("moduleHealth", "One module's check.");
        health.MapGet("/api/status", StatusApi.Status).Gives<StatusAnswer>()
            .Describe("status", "Version, runtime and modules; for a platform administrator also the silos.");
        health.MapGet("/api/v1/status", StatusApi.Status).Gives<StatusAnswer>().Describe("statusV1", "The same as /api/status.");
        health.MapMetrics(http => http.User.IsPlatformAdministrator())
            .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Plain).Refuses(401, 403, 404)
            .Describe("metrics", "Prometheus text; from loopback, for a platform administrator, or on the management port.");
    }

    private static async Task<IResult> Report(HttpContext http, HealthChecks checks)
    {
        var report = await checks.Check(http.RequestAborted);
        return Answer.Json(report, StatusOf(report.Status));
    }

    private static async Task<IResult> OneModule(HttpContext http, HealthChecks checks, string module) =>
        await checks.CheckModule(module, http.RequestAborted) is { } check
            ? Answer.Json(check, StatusOf(check.Status))
            : Problem.Of(FailureCodes.NotFound, $"There is no module '{module}'; GET /api/v1/modules lists them.");

    private static int StatusOf(HealthStatus status) =>
        status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
}

internal sealed record TimedStatus(string Status, DateTimeOffset Ts);
