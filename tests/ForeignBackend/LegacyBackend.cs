using System.Text.Json;

namespace Buildify.ForeignBackend;

/// <summary>
/// An example of a module that runs elsewhere. It is reached through the gateway alone, trusts nothing but the gateway's signature, and
/// tells what it was asked.
/// </summary>
public static class LegacyBackend
{
    /// <param name="args"><c>--module</c>: its name; <c>--keys</c>: where the platform's public keys are.</param>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton(new Callers(new HttpClient(), builder.Configuration["keys"]!, builder.Configuration["module"]!));
        var app = builder.Build();
        app.MapGet("/health", () => Results.Json(new { status = "healthy" }));
        app.MapGet("/api/v1/{module}/stream", Stream);
        app.Map("/api/v1/{module}/{**path}", Echo);
        return app;
    }

    private static async Task Echo(HttpContext http, Callers callers)
    {
        if (await callers.Verify(http.Request) is not { } caller)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new
        {
            served_by = "foreign",
            method = http.Request.Method,
            path = http.Request.Path.Value,
            query = http.Request.QueryString.Value,
            headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            subject = caller.Subject,
            tenant = caller.Tenant,
            roles = caller.Roles,
            body_bytes = body.Length,
        }, JsonSerializerOptions.Default, http.RequestAborted);
    }

    /// <summary>Three server-sent events.</summary>
    private static async Task Stream(HttpContext http, Callers callers)
    {
        if (await callers.Verify(http.Request) is null)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        http.Response.ContentType = "text/event-stream";
        for (var number = 1; number <= 3; number++)
        {
            await http.Response.WriteAsync($"data: {number}\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
