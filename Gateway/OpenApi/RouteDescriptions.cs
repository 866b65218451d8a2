using Buildify.Gateway.Idempotency;

namespace Buildify.Gateway.OpenApi;

/// <summary>What a route says of itself for the document. None of it changes how a request is handled.</summary>
internal static class RouteDescriptions
{
    /// <param name="operation">The operation's id: stable, clients are generated from it.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string operation, string summary) =>
        route.WithName(operation).WithSummary(summary);

    // Not Accepts(): that makes routing answer 415 by itself, before it is known who asks.
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route) => route.WithMetadata(new RequestBodyOf(typeof(T)));

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder route, int status = StatusCodes.Status200OK) => route.Produces<T>(status);

    public static RouteHandlerBuilder Gives(this RouteHandlerBuilder route, int status) => route.Produces(status);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new ProblemStatuses(statuses));

    public static RouteHandlerBuilder CreatesOnce(this RouteHandlerBuilder route) => route.WithMetadata(new RequestHeader(
        IdempotencyKey.Header, "1 to 255 printable ASCII characters. The same key and body within 24 hours answers the first response again."));

    public static RouteHandlerBuilder TakesIfMatch(this RouteHandlerBuilder route) => route.WithMetadata(new RequestHeader(
        "If-Match", "The ETag of what is to be replaced; 412 where it was changed in the meantime."));
}

internal sealed record RequestBodyOf(Type Type);

internal sealed record ProblemStatuses(int[] Statuses);

internal sealed record RequestHeader(string Name, string Description);

/// <summary>The group's routes are for one tenant, or may be.</summary>
internal sealed record ForTenant;
