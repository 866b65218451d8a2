using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Buildify.Gateway.OpenApi;

/// <summary>The document, made once: the routes do not change while the process runs.</summary>
internal sealed class OpenApiBytes([FromKeyedServices("v1")] IOpenApiDocumentProvider provider)
{
    private volatile byte[]? _bytes;

    public async Task Send(HttpContext http)
    {
        // Two first callers may each make one; both are the same.
        var bytes = _bytes ??= await Make(http.RequestAborted);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private async Task<byte[]> Make(CancellationToken cancellation)
    {
        var document = await provider.GetOpenApiDocumentAsync(cancellation);
        using var buffer = new MemoryStream();
        await document.SerializeAsJsonAsync(buffer, OpenApiSpecVersion.OpenApi3_1, cancellation);
        return buffer.ToArray();
    }
}
