using System.Text.RegularExpressions;

namespace Buildify.Specs.Reference;

/// <summary>A valid module with every key that there is, each marked with its group behind it: <c># Field.min</c>.</summary>
internal static partial class FullSpec
{
    public static Dictionary<string, string> Files { get; } = new()
    {
        ["manifest.json"] = """
            {
              "name": "financial", // Manifest.name
              "display_name": "Financial", // Manifest.display_name
              "version": "1.0.0", // Manifest.version
              "description": "Accounts", // Manifest.description
              "backend": { // Manifest.backend
                "type": "grains", // Backend.type
                "api_prefix": "/api/v1/financial", // Backend.api_prefix
                "address": "http://financial:80", // Backend.address
                "port": 80 // Backend.port
              },
              "database": { // Manifest.database
                "strategy": "shared", // Database.strategy
                "schema_prefix": "financial_" // Database.schema_prefix
              },
              "depends_on": { "core": "^1.0" }, // Manifest.depends_on
              "features": { // Manifest.features
                "multi": {
                  "default": false, // Feature.default
                  "description": "Many" // Feature.description
                }
              },
              "configuration": { "currency": "USD" }, // Manifest.configuration
              "configuration_schema": { "properties": {} }, // Manifest.configuration_schema
              "permissions": { "financial.write": "Write" }, // Manifest.permissions
              "frontend": { // Manifest.frontend
                "entry": "frontend/module.js", // Frontend.entry
                "pages": [ // Frontend.pages
                  {
                    "path": "financial", // FrontendPage.path
                    "title": "Financial" // FrontendPage.title
                  }
                ]
              },
              "repository": { // Manifest.repository
                "url": "https://example.com" // Repository.url
              }
            }
            """,
        ["spec/models.yaml"] = """
            enums: # Models.enums
              Currency:
                values: [EUR, USD] # Enum.values
                summary: Money # Enum.summary
              Colour:
                values: [red]
                description: Paint # Enum.description
            models: # Models.models
              Line:
                description: One line # Model.description
                fields:
                  text: string
                variants: # Model.variants
                  Short: {}
              Extern:
                csharp: Buildify.Companies.Company # Model.csharp (platform)
                fields: { id: uuid }
              Invoice:
                summary: An invoice # Model.summary
                fields: # Model.fields
                  id:
                    type: uuid # Field.type
                    read_only: true # Field.read_only
                  number:
                    type: string
                    readonly: true # Field.readonly
                  total:
                    type: decimal
                    min: 0 # Field.min
                    max: 10 # Field.max
                    summary: Sum # Field.summary
                    default: 1 # Field.default
                  tax:
                    type: decimal
                    ge: 0 # Field.ge
                    le: 1 # Field.le
                    description: Tax # Field.description
                  lines:
                    type: list
                    of: Line # Field.of
                    length: [0, 20] # Field.length
                  state:
                    type: enum
                    values: [draft, issued] # Field.values
                    optional: true # Field.optional
                  code:
                    type: string
                    min_length: 1 # Field.min_length
                    max_length: 3 # Field.max_length
                    pattern: "[A-Z]+" # Field.pattern
                    write_only: true # Field.write_only
                  pin:
                    type: string
                    writeonly: true # Field.writeonly
                    personal: true # Field.personal
                views: # Model.views
                  Create: {}
                  Public:
                    summary: For all # View.summary
                    only: [id, total] # View.only
                    optional: [total] # View.optional
                  Full:
                    description: All of it # View.description
                    exclude: [tax] # View.exclude
                    include: [pin] # View.include
                    required: [state] # View.required
                    at_least_one: true # View.at_least_one
            """,
        ["spec/events.yaml"] = """
            events: # Events.events
              invoice.created:
                payload: InvoiceRead # Event.payload
                version: 1 # Event.version
                ordering_key: id # Event.ordering_key
                subject: id # Event.subject
                retention: 30d # Event.retention
                external: true # Event.external
                summary: Made # Event.summary
                publish: true # Event.publish
                subscribe: false # Event.subscribe
              invoice.paid:
                message: InvoiceRead # Event.message
                description: Paid # Event.description
            """,
        ["spec/tasks.yaml"] = """
            tasks: # Tasks.tasks
              issue:
                payload: InvoiceCreate # Task.payload
                result: InvoiceRead # Task.result
                queue: mail # Task.queue
                max_attempts: 8 # Task.max_attempts
                timeout: 30s # Task.timeout
                rate_limit: 100 # Task.rate_limit
                concurrency: 4 # Task.concurrency
                external: false # Task.external
                publishes_events: true # Task.publishes_events
                summary: Issues # Task.summary
              count:
                message: InvoiceCreate # Task.message
                description: Counts # Task.description
            """,
        ["spec/invoices.yaml"] = """
            domain: invoices # Domain.domain
            summary: Invoices # Domain.summary
            config: # Domain.config
              grain: # DomainConfig.grain
                key: company # DomainGrain.key
              rest: # DomainConfig.rest
                prefix: "/invoices" # DomainRest.prefix
                tags: ["invoices"] # DomainRest.tags
            operations: # Domain.operations
              create_invoice:
                summary: Creates # Operation.summary
                input: InvoiceCreate # Operation.input
                output: InvoiceRead # Operation.output
                permission: financial.write # Operation.permission
                access: tenant # Operation.access (platform)
                params: # Operation.params
                  - name: mode # Parameter.name
                    type: enum # Parameter.type
                    values: [fast, slow] # Parameter.values
                    default: fast # Parameter.default
                    in: query # Parameter.in
                    summary: How # Parameter.summary
                  - name: nick
                    optional: true # Parameter.optional
                    min_length: 1 # Parameter.min_length
                    max_length: 2 # Parameter.max_length
                    pattern: "[a-z]*" # Parameter.pattern
                    description: Who # Parameter.description
                  - name: size
                    type: int?
                    min: 1 # Parameter.min
                    max: 2 # Parameter.max
                  - name: depth
                    type: int?
                    ge: 1 # Parameter.ge
                    le: 2 # Parameter.le
                  - name: word
                    type: string?
                    length: 3 # Parameter.length
                rest: # Operation.rest
                  method: POST # Rest.method
                  path: "/new" # Rest.path
                  status: 201 # Rest.status
                  idempotent: true # Rest.idempotent
                  if_match: false # Rest.if_match
                  refuses: [409] # Rest.refuses
                events: # Operation.events
                  on: other.thing.done # OperationEvents.on
                  publish_on_success: invoice.created # OperationEvents.publish_on_success
                task: issue # Operation.task
              count_invoices:
                description: Counts # Operation.description
                input: InvoiceCreate
                output: InvoiceRead
                tasks: count # Operation.tasks
                internal: true # Operation.internal
                events:
                  subscribe: "other.*" # OperationEvents.subscribe
                  publish: invoice.paid # OperationEvents.publish
              handle_invoice:
                rest: {}
                handler: Buildify.Things.Handle # Operation.handler (platform)
                accepted: InvoiceRead # Operation.accepted (platform)
            """,
        ["spec/notes.yaml"] = """
            domain: notes
            description: Notes # Domain.description
            """,
        ["spec/manifest.yaml"] = """
            consumes: # Consumes.consumes
              - service: other # Consume.service
                domain: things # Consume.domain
                operations: [get_thing] # Consume.operations
            """,
    };

    /// <summary>Writes the files; those lines that only the platform's own specs may have are left empty for a module.</summary>
    public static void Write(SpecFolder folder, SpecFolder other, bool isPlatform)
    {
        other.Domain("""
            domain: things
            operations:
              get_thing: { internal: true }
            """);
        folder.Contracts("other", Path.Combine(other.Path, "spec"));
        foreach (var (file, text) in Files) folder.Write(file, Text(file, text, isPlatform));
    }

    public static string Text(string file, string text, bool isPlatform)
    {
        if (file.EndsWith(".json", StringComparison.Ordinal)) return JsonComment().Replace(text, "");
        var lines = text.Split('\n').Select(line => !isPlatform && line.EndsWith("(platform)", StringComparison.Ordinal) ? "" : line);
        return string.Join('\n', lines);
    }

    [GeneratedRegex(" //.*")]
    private static partial Regex JsonComment();
}
