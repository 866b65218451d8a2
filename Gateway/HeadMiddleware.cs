namespace Buildify.Gateway;

/// <summary>Answers HEAD as GET (RFC 9110, 9.3.2). The server knows by itself to leave the body out.</summary>
internal sealed class HeadMiddleware(RequestDelegate next)
{
    public Task Invoke(HttpContext http)
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
            http.Features.Set(AskedByHead.Instance);
        }
        return next(http);
    }
}

/// <summary>On a request that came as HEAD, for who hands it on.</summary>
internal sealed class AskedByHead
{
    public static AskedByHead Instance { get; } = new();
}
