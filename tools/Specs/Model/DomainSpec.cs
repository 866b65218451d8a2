using System.Collections.Immutable;

namespace Buildify.Specs.Model;

/// <summary>One file of operations, which know no transport.</summary>
internal sealed record DomainSpec
{
    public required string Name { get; init; }

    public string? Summary { get; init; }

    /// <summary>What the grain's key is made of.</summary>
    public GrainKeyKind Key { get; init; }

    /// <summary>With <see cref="GrainKeyKind.Parameter"/>: the parameter.</summary>
    public string? KeyParameter { get; init; }

    /// <summary>As <c>/invoices</c>, or empty; behind the module's prefix.</summary>
    public string Prefix { get; init; } = "";

    public ImmutableArray<string> Tags { get; init; } = [];

    public ImmutableArray<OperationSpec> Operations { get; init; } = [];

    public Place Place { get; init; }
}

internal enum GrainKeyKind
{
    Company,
    Tenant,

    /// <summary>One grain for each value of a parameter, inside of the company.</summary>
    Parameter,

    /// <summary>One grain in the platform (only for the platform's own specs).</summary>
    Platform,
}

internal sealed record OperationSpec
{
    /// <summary>As <c>create_invoice</c>.</summary>
    public required string Name { get; init; }

    public string? Summary { get; init; }

    public RecordType? Input { get; init; }

    /// <summary>A record, or a list of them, which is answered as a page; null for none.</summary>
    public TypeRef? Output { get; init; }

    public ImmutableArray<ParameterSpec> Parameters { get; init; } = [];

    /// <summary>Null: whoever is signed in for the tenant.</summary>
    public string? Permission { get; init; }

    /// <summary>Who may call: for the platform's own specs, other than a tenant's users.</summary>
    public Access Access { get; init; }

    /// <summary>Changes nothing: its grain method takes no <c>Call</c> and may interleave.</summary>
    public bool IsQuery { get; init; }

    public RestSpec? Rest { get; init; }

    /// <summary>The same operation, called by events of these patterns.</summary>
    public ImmutableArray<string> OnEvents { get; init; } = [];

    /// <summary>An event of this module that is published when it succeeded; its payload is the operation's output.</summary>
    public string? Publishes { get; init; }

    /// <summary>The same operation as a task of this module, by its type.</summary>
    public string? Task { get; init; }

    /// <summary>Only through the generated client in the cluster.</summary>
    public bool Internal { get; init; }

    /// <summary>For the platform's own specs: a method that answers the route, with its type and namespace.</summary>
    public string? Handler { get; init; }

    /// <summary>For the platform's own specs: what is answered with 202 where the work goes on after the answer.</summary>
    public TypeRef? Accepted { get; init; }

    public Place Place { get; init; }
}

internal enum Access
{
    /// <summary>A tenant's users.</summary>
    Tenant,

    /// <summary>Everybody who is signed in; for a tenant where they are one's.</summary>
    SignedIn,

    PlatformAdministrator,
    Public,
}

internal enum ParameterSource
{
    Path,
    Query,
}

internal sealed record ParameterSpec(FieldSpec Field, ParameterSource Source);

internal sealed record RestSpec
{
    /// <summary>GET, POST, PUT, PATCH or DELETE.</summary>
    public required string Method { get; init; }

    /// <summary>Behind the domain's prefix, as <c>/{invoice_id}/issue</c>, or empty.</summary>
    public string Path { get; init; } = "";

    public int Status { get; init; } = 200;

    /// <summary>Takes an <c>Idempotency-Key</c>: by default, what answers 201.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Takes <c>If-Match</c> (only with <see cref="OperationSpec.Handler"/>).</summary>
    public bool IfMatch { get; init; }

    /// <summary>Further statuses that it may answer beside the usual ones, for the document.</summary>
    public ImmutableArray<int> Refuses { get; init; } = [];

    public Place Place { get; init; }
}
