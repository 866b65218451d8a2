namespace Buildify.AppHost;

internal static class DefaultAddress
{
    /// <summary>Port 8080, where nobody named another address (<c>ASPNETCORE_URLS</c>, <c>--urls</c>, <c>ASPNETCORE_HTTP_PORTS</c>).</summary>
    public static void UseDefaultAddress(this WebApplicationBuilder builder)
    {
        string[] settings = ["urls", "http_ports", "https_ports"];
        if (settings.All(setting => string.IsNullOrEmpty(builder.Configuration[setting]))) builder.WebHost.UseUrls("http://localhost:8080");
    }
}
