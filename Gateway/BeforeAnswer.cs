using Buildify.Diagnostics;

namespace Buildify.Gateway;

/// <summary>The place between what a request changed and the first byte of its answer, at which tests kill the process.</summary>
internal static class BeforeAnswer
{
    public static ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        HttpMethods.IsGet(context.HttpContext.Request.Method) ? next(context) : Reach(context, next);

    private static async ValueTask<object?> Reach(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // The handlers return their answers; nothing is sent before the filters are through.
        var answer = await next(context);
        var request = context.HttpContext.Request;
        await Failpoints.Reach(Failpoints.BeforeAnswer, $"{request.Method} {request.Path}");
        return answer;
    }
}
