using System.Collections.Immutable;
using System.Security.Cryptography;
using Buildify.Gateway.Problems;
using Microsoft.AspNetCore.StaticFiles;

namespace Buildify.Gateway.Frontend;

/// <summary>
/// The pages of the modules that this process was built with: what stands in their <c>frontend/</c>, read once. A path is looked up, not
/// opened, so that none leads anywhere else.
/// </summary>
internal sealed class ModuleFiles
{
    /// <summary>A page is code and pictures; what is larger belongs elsewhere. In bytes.</summary>
    private const int MaxFileBytes = 8 * 1024 * 1024;

    private static readonly FileExtensionContentTypeProvider ContentTypes = new() { Mappings = { [".ts"] = "text/plain", [".mjs"] = "text/javascript" } };

    private readonly ImmutableDictionary<string, ModuleFile> _files;

    public ModuleFiles(IConfiguration configuration)
    {
        var root = configuration["Modules:Path"] ?? Path.Combine(AppContext.BaseDirectory, "modules");
        _files = Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).SelectMany(Read).ToImmutableDictionary(file => file.Path, StringComparer.Ordinal)
            : ImmutableDictionary<string, ModuleFile>.Empty;
    }

    /// <param name="path">The module's name and the file's path in its <c>frontend/</c>, as <c>notes/module.js</c>.</param>
    public ModuleFile? Find(string path) => _files.GetValueOrDefault(path);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/modules/{module}/{**file}", (string module, string file, HttpContext http) =>
        Find($"{module}/{file}") is { } found ? found.Send(http) : Problem.OfStatus(404).ExecuteAsync(http)).AllowAnonymous().ExcludeFromDescription();

    private static IEnumerable<ModuleFile> Read(string folder)
    {
        var frontend = Path.Combine(folder, "frontend");
        if (!Directory.Exists(frontend)) yield break;
        foreach (var file in new DirectoryInfo(frontend).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.Length > MaxFileBytes) continue;
            var bytes = File.ReadAllBytes(file.FullName);
            var path = $"{Path.GetFileName(folder)}/{Path.GetRelativePath(frontend, file.FullName).Replace('\\', '/')}";
            yield return new ModuleFile(path, bytes, ContentTypes.TryGetContentType(file.Name, out var type) ? type : "application/octet-stream");
        }
    }
}

/// <param name="Path">As <c>notes/module.js</c>.</param>
internal sealed record ModuleFile(string Path, byte[] Bytes, string ContentType)
{
    /// <summary>As Subresource Integrity has it (W3C SRI, 3.5).</summary>
    public string Integrity { get; } = $"sha384-{Convert.ToBase64String(SHA384.HashData(Bytes))}";

    public Task Send(HttpContext http)
    {
        var tag = $"\"{Integrity}\"";
        var response = http.Response;
        response.Headers.ETag = tag;
        response.Headers.XContentTypeOptions = "nosniff";
        // Asked for again each time, and not sent again: a page that was built anew is seen at once.
        response.Headers.CacheControl = "no-cache";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = ContentType.StartsWith("text/", StringComparison.Ordinal) ? $"{ContentType}; charset=utf-8" : ContentType;
        response.ContentLength = Bytes.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Bytes, http.RequestAborted).AsTask();
    }
}
