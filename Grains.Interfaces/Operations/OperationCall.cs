using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Buildify.Operations;

/// <summary>
/// One request for an operation, let through: the caller is known, the tenant is there, the module is on. Parameters that cannot be read
/// are gathered, and refuse the request together.
/// </summary>
public abstract class OperationCall
{
    public abstract HttpContext Http { get; }

    public abstract IGrainFactory Grains { get; }

    /// <summary>The tenant of the request; null only where the scope admits none.</summary>
    public abstract string? TenantOrNull { get; }

    /// <exception cref="InvalidOperationException">The request is for no tenant, which the scope would have refused.</exception>
    public string Tenant => TenantOrNull ?? throw new InvalidOperationException("The route's scope admits requests for no tenant; ask TenantOrNull.");

    /// <summary>The company that <c>company_id</c> names. Where it may stand in the body: once the body is read.</summary>
    public abstract string Company { get; }

    /// <summary>Who asks.</summary>
    public abstract Caller Caller { get; }

    /// <summary>A parameter that must be there.</summary>
    public abstract T Get<T>(string name) where T : notnull, IParsable<T>;

    /// <summary>A parameter that may be left out.</summary>
    public abstract T Get<T>(string name, T otherwise) where T : notnull, IParsable<T>;

    /// <inheritdoc cref="Get{T}(string, T)"/>
    public abstract T? Find<T>(string name) where T : struct, IParsable<T>;

    /// <inheritdoc cref="Get{T}(string, T)"/>
    public abstract string? FindText(string name);

    /// <summary>A parameter that names a member of an enum, in <c>snake_case</c>.</summary>
    public abstract T GetEnum<T>(string name) where T : struct, Enum;

    /// <inheritdoc cref="GetEnum{T}(string)"/>
    public abstract T? FindEnum<T>(string name) where T : struct, Enum;

    /// <summary>The page that <c>limit</c> and <c>cursor</c> ask for.</summary>
    public abstract PageRequest Page { get; }

    /// <summary>Whether a parameter is missing or cannot be read.</summary>
    public abstract bool IsRefused([NotNullWhen(true)] out IResult? refusal);

    /// <summary>Reads the body and checks it; tells all that is wrong with it, and with the parameters.</summary>
    public abstract ValueTask<Input<T>> Body<T>() where T : class;

    /// <summary>For a route without a body that takes an <c>Idempotency-Key</c>; refused where a parameter is.</summary>
    public abstract Input<Unit> NoBody();

    /// <summary>The result with the operation's status; or the refusal.</summary>
    public abstract IResult Answer<T>(Outcome<T> outcome);

    /// <inheritdoc cref="Answer{T}(Outcome{T})"/>
    /// <param name="location">Where the result can be read.</param>
    public abstract IResult Answer<T>(Outcome<T> outcome, Func<T, string> location);

    public abstract IResult Answer(Failure failure);

    /// <summary>The operation's status with nothing to read; or the refusal.</summary>
    public abstract IResult Done<T>(Outcome<T> outcome);

    /// <summary>Runs what makes something, once for each <c>Idempotency-Key</c>, and answers it.</summary>
    /// <param name="effect">Makes it; what it is given says who asks and holds the key, which is to be committed with the effect.</param>
    /// <param name="location">Where what was made can be read; null where nowhere.</param>
    public abstract Task<IResult> Once<TInput, TResult>(
        Input<TInput> input, Func<TInput, Call, Task<Outcome<TResult>>> effect, Func<TResult, string>? location = null) where TInput : class;

    /// <summary>Waits for a grain no longer than the request lasts.</summary>
    public abstract Task<T> Within<T>(Task<T> grainCall);

    /// <summary>For a grain method that changes something and takes no key.</summary>
    public Call Call => new(Caller, Stamp: null);
}

/// <summary>A body that was read, or the refusal.</summary>
/// <param name="Fingerprint">Of a request with an <c>Idempotency-Key</c>: what it asks for, as a hash.</param>
public readonly record struct Input<T>(T? Value, IResult? Refusal, string? Fingerprint) where T : class
{
    public bool IsRefused([NotNullWhen(true)] out IResult? refusal, [NotNullWhen(false)] out T? value)
    {
        (refusal, value) = (Refusal, Value);
        return refusal is not null;
    }
}

/// <summary>Where routes are put; the gateway has one for each module.</summary>
public interface IOperationMap
{
    /// <param name="handler">Runs when everything that the operation says of itself holds.</param>
    void Map(Operation operation, Func<OperationCall, Task<IResult>> handler);
}
