using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Buildify.Gateway.Fakes;

/// <summary>What was logged, with the scopes that were on each line.</summary>
public sealed class TestLog : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    public ConcurrentQueue<(string Category, string Line, Dictionary<string, object?> Scope)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new Dictionary<string, object?>();
            log._scopes?.ForEachScope((item, into) =>
            {
                foreach (var (name, value) in item as IEnumerable<KeyValuePair<string, object?>> ?? []) into[name] = value;
            }, scope);
            log.Lines.Enqueue((category, formatter(state, exception), scope));
        }
    }
}
