using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Buildify;

/// <summary>What a grain answers where a refusal is to be expected: the value, or the failure; never both, never neither.</summary>
[GenerateSerializer, Immutable, Alias("buildify.outcome`1")]
public sealed record Outcome<T>
{
    /// <summary>What was asked for; set unless <see cref="Failure"/> is.</summary>
    [Id(0)] public T? Value { get; init; }

    [Id(1)] public Failure? Failure { get; init; }

    [MemberNotNullWhen(true, nameof(Value)), MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator Outcome<T>(T value) => new() { Value = value };

    public static implicit operator Outcome<T>(Failure failure) => new() { Failure = failure };
}

/// <summary>An expected refusal.</summary>
/// <param name="Code">One of <see cref="FailureCodes"/>; stable, callers may switch on it.</param>
/// <param name="Detail">One or two sentences for a person, that say what to do next.</param>
[GenerateSerializer, Immutable, Alias("buildify.failure")]
public sealed record Failure([property: Id(0)] string Code, [property: Id(1)] string Detail)
{
    /// <summary>What is wrong with each field of the input; empty where the refusal is not about a field.</summary>
    [Id(2)] public ImmutableArray<FieldError> Errors { get; init; } = [];

    public static Failure Invalid(params ImmutableArray<FieldError> errors) =>
        new(FailureCodes.Invalid, "The request has invalid fields; see errors.") { Errors = errors };

    public static Failure NotFound(string detail) => new(FailureCodes.NotFound, detail);
}

/// <summary>One field of the input and what is wrong with it.</summary>
/// <param name="Field">The path in the request's own spelling, as <c>configuration.tax_rate</c>.</param>
/// <param name="Message">A sentence without the field's name, that says what would be right.</param>
[GenerateSerializer, Immutable, Alias("buildify.field-error")]
public sealed record FieldError([property: Id(0)] string Field, [property: Id(1)] string Message);

/// <summary>The stable codes of <see cref="Failure"/>. Each ends the <c>type</c> of a problem answer; the gateway maps them to a status.</summary>
public static class FailureCodes
{
    public const string Invalid = "invalid";
    public const string NotFound = "not-found";
    public const string AlreadyExists = "already-exists";
    public const string Stale = "stale";
    public const string LimitReached = "limit-reached";
    public const string ModuleNotEnabled = "module-not-enabled";
    public const string ModuleNeeded = "module-needed";
    public const string ModuleEnabled = "module-enabled";
    public const string ModuleFailed = "module-failed";
    public const string DependencyMissing = "dependency-missing";
    public const string InstallationRunning = "installation-running";
    public const string NothingToRetry = "nothing-to-retry";
    public const string NothingToRollBack = "nothing-to-roll-back";
    public const string TenantSuspended = "tenant-suspended";
    public const string CompanySuspended = "company-suspended";
    public const string VersionConflict = "version-conflict";
    public const string IdempotencyConflict = "idempotency-conflict";
    public const string QueueFull = "queue-full";
    public const string TaskEnded = "task-ended";
    public const string TaskNotDead = "task-not-dead";
    public const string BadCredentials = "bad-credentials";
}
