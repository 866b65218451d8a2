
namespace Buildify.Diagnostics;

/// <summary>What goes along with every grain call of one request, and onto its log lines.</summary>
public static class CallContext
{
    private const string CorrelationIdKey = "correlation_id";

    /// <summary>What ties one request's log lines, tasks and events together; null outside of a request.</summary>
    public static string? CorrelationId
    {
        get => RequestContext.Get(CorrelationIdKey) as string;
        set
        {
            if (value is null) RequestContext.Remove(CorrelationIdKey);
            else RequestContext.Set(CorrelationIdKey, value);
        }
    }

    private const string TraceParentKey = "traceparent";

    /// <summary>The W3C trace context of the request (<c>traceparent</c>); null outside of one.</summary>
    public static string? TraceParent
    {
        get => RequestContext.Get(TraceParentKey) as string;
        set
        {
            if (value is null) RequestContext.Remove(TraceParentKey);
            else RequestContext.Set(TraceParentKey, value);
        }
    }

    private const string TaskTenantKey = "task_tenant";

    /// <summary>Whose task is being run; null outside of a task, and in one of the platform's own.</summary>
    public static string? TaskTenant
    {
        get => RequestContext.Get(TaskTenantKey) as string;
        set
        {
            if (value is null) RequestContext.Remove(TaskTenantKey);
            else RequestContext.Set(TaskTenantKey, value);
        }
    }
}
