using Microsoft.Extensions.DependencyInjection;

namespace Thrower;

internal sealed class Services : IModuleServices
{
    public void Add(IServiceCollection services) => throw new InvalidOperationException("There is no printer.");
}
