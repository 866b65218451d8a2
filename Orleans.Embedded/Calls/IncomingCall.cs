using System.Reflection;
using System.Runtime.ExceptionServices;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call on its way through a silo's filters and the grain's own to the method. Made only when there are any.</summary>
internal sealed class IncomingCall(GrainCall call, Activation activation) : IIncomingGrainCallContext
{
    private int _stage;

    public IInvokable Request => call;

    public object Grain => activation.GrainInstance!;

    public GrainId? SourceId => call.SourceId;

    public GrainId TargetId => activation.GrainId;

    public GrainInterfaceType InterfaceType => call.Target.InterfaceType;

    public string InterfaceName => call.GetInterfaceName();

    public string MethodName => call.GetMethodName();

    public MethodInfo InterfaceMethod => call.GetMethod();

    public MethodInfo ImplementationMethod => activation.Class.Implementation(call.Description);

    public IGrainContext TargetContext => activation;

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response is { Exception: null } response ? response.Result : null;
        set => Response = Response.FromResult(value);
    }

    public async Task Invoke()
    {
        var filters = activation.Silo.IncomingFilters;
        var stage = _stage++;
        try
        {
            if (stage < filters.Length)
            {
                await Through(filters[stage]);
            }
            else if (stage == filters.Length && Grain is IIncomingGrainCallFilter own)
            {
                await Through(own);
            }
            else
            {
                await CallAsync();
            }
        }
        finally
        {
            _stage--;
        }
    }

    private async Task Through(IIncomingGrainCallFilter filter)
    {
        await filter.Invoke(this);
        if (Response is null)
        {
            throw new InvalidOperationException(
                $"{filter.GetType().Name} neither went on with the call nor set a result: broken filter chain.");
        }
    }

    private async Task CallAsync()
    {
        IInvokable request = call;
        request.SetTarget(activation);
        Response = await request.Invoke();
        if (Response.Exception is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }
}
