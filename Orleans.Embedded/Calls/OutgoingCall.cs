using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call on its way out through the filters of its origin.</summary>
internal sealed class OutgoingCall<TArguments, TResult>(GrainCall<TArguments, TResult> call) : IOutgoingGrainCallContext
{
    private int _stage;

    public IInvokable Request => call;

    public object Grain => call.Target;

    public GrainId? SourceId => call.Sender?.GrainId;

    public IGrainContext? SourceContext => call.Sender;

    public GrainId TargetId => call.Target.GrainId;

    public GrainInterfaceType InterfaceType => call.Target.InterfaceType;

    public string InterfaceName => call.GetInterfaceName();

    public string MethodName => call.GetMethodName();

    public MethodInfo InterfaceMethod => call.GetMethod();

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response!.GetResult<TResult>();
        set => Response = Response.FromResult((TResult)value!);
    }

    public async Task Invoke()
    {
        var filters = call.Origin.OutgoingFilters;
        var stage = _stage++;
        try
        {
            if (stage == filters.Length)
            {
                Response = Response.FromResult(await call.SendUnfilteredAsync());
                return;
            }

            await filters[stage].Invoke(this);
            if (Response is null)
            {
                throw new InvalidOperationException(
                    $"{filters[stage].GetType().Name} neither went on with the call nor set a result: broken filter chain.");
            }
        }
        finally
        {
            _stage--;
        }
    }
}
