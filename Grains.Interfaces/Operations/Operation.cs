using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Buildify.Operations;

/// <summary>
/// One operation as a route: what a caller sends, what it answers, and who may call it. Routes are made from specs; the gateway checks
/// all that stands here before the handler runs, and the contract at <c>/openapi/v1.json</c> is written from it.
/// </summary>
/// <param name="Name">As <c>create_note</c>; with the module's name in front of it, it is the operation's id in the contract.</param>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">Behind the module's prefix, as <c>/notes/{note_id:guid}</c>; empty for the prefix itself.</param>
public sealed record Operation(string Name, string Method, string Path)
{
    public string? Summary { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What it is about, and so whose it is.</summary>
    public OperationScope Scope { get; init; } = OperationScope.Company;

    /// <summary>What a caller needs beside being signed in; null for nothing.</summary>
    public string? Permission { get; init; }

    /// <summary>The record that is sent as JSON; null for none.</summary>
    public Type? Body { get; init; }

    /// <summary>What is answered; null for nothing.</summary>
    public Type? Result { get; init; }

    /// <summary>What is answered where it is no JSON, as <c>text/event-stream</c>; the handler writes it.</summary>
    public string? MediaType { get; init; }

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Other answers of success, for the contract.</summary>
    public ImmutableArray<(int Status, Type? Result)> AlsoGives { get; init; } = [];

    /// <summary>Takes an <c>Idempotency-Key</c>.</summary>
    public bool CreatesOnce { get; init; }

    /// <summary>Takes <c>If-Match</c>.</summary>
    public bool TakesIfMatch { get; init; }

    /// <summary>Answers a page; takes <c>limit</c> and <c>cursor</c>.</summary>
    public bool IsPage { get; init; }

    /// <summary>Refusals beside those that every such route may give.</summary>
    public ImmutableArray<int> Refuses { get; init; } = [];

    public ImmutableArray<OperationParameter> Parameters { get; init; } = [];
}

/// <summary>A part of the path or of the query.</summary>
/// <param name="Name">As in the URL.</param>
/// <param name="Type">One that reads itself from text (<see cref="IParsable{T}"/>), or an enum.</param>
public sealed record OperationParameter(string Name, Type Type)
{
    public bool InPath { get; init; }

    public bool Required { get; init; }

    public string? Summary { get; init; }

    /// <summary>What the value must be beyond its type.</summary>
    public ImmutableArray<ValidationAttribute> Rules { get; init; } = [];
}

/// <summary>Whom a route answers, and for whom.</summary>
public enum OperationScope
{
    /// <summary>A company of the caller's tenant, named by <c>company_id</c> in the query or the body; the module must be on for it.</summary>
    Company,

    /// <summary>The caller's tenant; a module's route wants the module to be on for it.</summary>
    Tenant,

    /// <summary>Whoever is signed in, for a tenant where the request is for one.</summary>
    SignedIn,

    /// <summary>Those who run the platform.</summary>
    Platform,

    /// <summary>Everybody, with no token.</summary>
    Public,
}
