namespace Buildify.Gateway.OpenApi;

/// <summary>What a route that is mapped by hand says of itself for the document. None of it changes how a request is handled.</summary>
internal static class RouteDescriptions
{
    /// <param name="operation">The operation's id: stable, clients are generated from it.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string operation, string summary) =>
        route.WithName(operation).WithSummary(summary);

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder route, int status = StatusCodes.Status200OK) => route.Produces<T>(status);

    public static RouteHandlerBuilder Gives(this RouteHandlerBuilder route, int status) => route.Produces(status);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new ProblemStatuses(statuses));
}

internal sealed record ProblemStatuses(int[] Statuses);
