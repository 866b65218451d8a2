namespace Buildify.Specs.Emit;

/// <summary>What is written, where the modules of this repository do not show it: every type, rule and default at once.</summary>
public class GeneratedTests
{
    [Fact]
    public void A_record_has_its_fields_rules_and_defaults()
    {
        using var folder = new SpecFolder("shop").Models("""
            enums:
              Size: [small, very_large]
            models:
              Item:
                summary: A thing.
                fields:
                  id: { type: uuid, read_only: true }
                  label: { type: string, length: [1, 10], pattern: "[a-z]+" }
                  count: { type: int, min: 1, max: 5, default: 2 }
                  price: { type: decimal, min: 0.5, optional: true }
                  size: { type: Size, default: very_large }
                  day: { type: date, default: "2026-01-31" }
                  tags: { type: "list[string]", length: [0, 3], default: [a] }
                  rates: { type: "map[decimal]", optional: true }
                  parts: { type: "list[Item]", optional: true }
                  more: { type: json, optional: true }
                  mail: { type: string, personal: true, optional: true }
                views: { Create: {} }
            """);

        var models = Files(folder)["Models.g.cs"];

        models.ShouldContain("public enum Size");
        models.ShouldContain("    VeryLarge,");
        models.ShouldContain("/// <summary>An item to be made.</summary>");
        models.ShouldContain("""    [Id(1), Size(Min = 1, Max = 10), Pattern("[a-z]+")]""");
        models.ShouldContain("    public required string Label { get; init; }");
        models.ShouldContain("""    [Id(2), Bounds(Min = "1", Max = "5")]""");
        models.ShouldContain("    public int Count { get; init; } = 2;");
        models.ShouldContain("    public decimal? Price { get; init; }");
        models.ShouldContain("    public Size Size { get; init; } = Size.VeryLarge;");
        models.ShouldContain("""    public DateOnly Day { get; init; } = DateOnly.Parse("2026-01-31", CultureInfo.InvariantCulture);""");
        models.ShouldContain("""    public ImmutableArray<string> Tags { get; init; } = ["a"];""");
        models.ShouldContain("    public ImmutableSortedDictionary<string, decimal>? Rates { get; init; }");
        models.ShouldContain("    public ImmutableArray<Item>? Parts { get; init; }");
        models.ShouldContain("    [Id(9), JsonRule]");
        models.ShouldContain("    [PersonalData]");
    }

    [Fact]
    public void An_event_and_a_task_are_records_with_their_stable_names()
    {
        using var folder = new SpecFolder("shop")
            .Models("models:\n  Item: { fields: { id: uuid } }")
            .Write("spec/events.yaml", "events:\n  item.sold: { payload: Item, version: 2, ordering_key: id, retention: 30d, external: true }")
            .Write("spec/tasks.yaml", "tasks:\n  pack_item: { payload: Item, result: Item, queue: mail, max_attempts: 8, timeout: 30s }");

        var files = Files(folder);

        files["Events.g.cs"].ShouldContain("""[EventType("shop.item.sold", Version = 2, OrderingKey = "id", RetentionDays = 30, External = true)]""");
        files["Events.g.cs"].ShouldContain("public sealed record ItemSold : IEvent");
        files["Tasks.g.cs"].ShouldContain("""[TaskType("shop.pack_item", Queue = "mail", MaxAttempts = 8, TimeoutSeconds = 30)]""");
        files["Tasks.g.cs"].ShouldContain("public sealed record PackItem : ITask<Item>");
    }

    [Fact]
    public void An_operation_that_a_task_calls_has_a_handler_that_hands_it_the_payload()
    {
        using var folder = new SpecFolder("shop")
            .Models("""
                models:
                  Item: { fields: { id: uuid } }
                  Packing: { fields: { company_id: slug, label: string, count: { type: int, default: 2 } } }
                """)
            .Write("spec/tasks.yaml", "tasks:\n  pack_item: { payload: Packing, result: Item }\n  count_items: { payload: Packing }")
            .Domain("""
                domain: items
                operations:
                  pack: { input: Packing, output: Item, task: pack_item }
                  count: { params: [{ name: label, type: string }, { name: more, type: int, optional: true }], task: count_items }
                """);

        var handlers = new ModuleFiles(folder.Module()).Write().ToDictionary()["TaskHandlers.g.cs"];

        handlers.ShouldContain("internal sealed class PackItemHandler(IGrainFactory grains) : ITaskHandler<PackItem, Item>");
        handlers.ShouldContain("            CompanyId = task.CompanyId,\n            Label = task.Label,\n            Count = task.Count,\n        };");
        handlers.ShouldContain("""ModuleAccess.Refuse(grains, "shop", context.Tenant, task.CompanyId, input)""");
        handlers.ShouldContain("""GrainKeys.Company(context.Tenant, task.CompanyId)).Pack(input, Call.BySystem("task:shop.pack_item"));""");
        handlers.ShouldContain("        return outcome.Value!;");
        handlers.ShouldContain("internal sealed class CountItemsHandler(IGrainFactory grains) : ITaskHandler<CountItems, Unit>");
        handlers.ShouldContain("""Count(task.Label, null, Call.BySystem("task:shop.count_items"));""");
        handlers.ShouldContain("        return Unit.Value;");
    }

    [Fact]
    public void Where_the_payload_names_no_company_the_handler_is_the_module_s_to_write()
    {
        using var folder = new SpecFolder("shop")
            .Models("models:\n  Packing: { fields: { label: string } }")
            .Write("spec/tasks.yaml", "tasks:\n  pack_item: { payload: Packing }")
            .Domain("domain: items\noperations:\n  pack: { input: Packing, task: pack_item }");

        new ModuleFiles(folder.Module()).Write().ShouldNotContain(file => file.File == "TaskHandlers.g.cs");
    }

    [Fact]
    public void An_operation_that_an_own_event_calls_has_a_handler_that_hands_it_the_payload_s_fields()
    {
        using var folder = new SpecFolder("shop")
            .Models("""
                models:
                  Sale: { fields: { id: uuid, label: string, count: { type: int, optional: true } } }
                  Stock: { fields: { label: string, count: { type: int, default: 1 }, remark: { type: string, optional: true } } }
                """)
            .Write("spec/events.yaml", "events:\n  item.sold: { payload: Sale, ordering_key: id }")
            .Domain("""
                domain: items
                config: { grain: { key: id } }
                operations:
                  take: { params: [{ name: id, type: uuid }], input: Stock, events: { on: item.sold } }
                """);

        var handlers = new ModuleFiles(folder.Module()).Write().ToDictionary()["EventHandlers.g.cs"];

        handlers.ShouldContain("""[Subscribe("shop.item.sold", Name = "take-on-shop-item-sold")]""");
        handlers.ShouldContain("internal sealed class TakeOnShopItemSoldHandler(IGrainFactory grains) : IEventHandler<ItemSold>");
        handlers.ShouldContain("        var key = @event.Id;\n");
        handlers.ShouldContain("            Label = @event.Label,\n            Count = @event.Count ?? 1,\n        };");
        handlers.ShouldContain("""return EventOperations.Call(grains, "shop", "take-on-shop-item-sold", company, input, context, call =>""");
        handlers.ShouldContain("""Take(@event.Id, input, call));""");
    }

    [Fact]
    public void What_an_operation_publishes_when_it_succeeds_can_be_appended_in_its_own_transaction()
    {
        using var folder = new SpecFolder("shop")
            .Models("models:\n  Item: { fields: { id: uuid, label: string } }")
            .Write("spec/events.yaml", "events:\n  item.made: { payload: Item }")
            .Domain("""
                domain: items
                operations:
                  make: { output: Item, internal: true, events: { publish_on_success: item.made } }
                """);

        var published = new ModuleFiles(folder.Module()).Write().ToDictionary()["ShopEvents.g.cs"];

        published.ShouldContain("using Buildify.Databases;\nusing Buildify.Events;\n");
        published.ShouldContain("public static Task<AppendedEvent> ItemMade(this IEventPublisher events, TenantSession session, string company, Item output) =>");
        published.ShouldContain("            Label = output.Label,\n        }, new EventOptions { CompanyId = company });");
    }

    [Fact]
    public void Of_others_events_and_of_patterns_the_fields_are_found_by_their_names()
    {
        using var folder = new SpecFolder("shop")
            .Models("models:\n  Stock: { fields: { label: string, count: { type: int, default: 1 } } }")
            .Domain("""
                domain: items
                config: { grain: { key: tenant } }
                operations:
                  take: { input: Stock, events: { on: ["crm.deal.*", "mail.**"] } }
                  count: { params: [{ name: label, type: string }, { name: size, type: int, default: 2 }], events: { on: core.company.created } }
                """);

        var handlers = new ModuleFiles(folder.Module()).Write().ToDictionary()["EventHandlers.g.cs"];

        handlers.ShouldContain("""[Subscribe("crm.deal.*", Name = "take-on-crm-deal-any")]""");
        handlers.ShouldContain("""[Subscribe("mail.**", Name = "take-on-mail-all")]""");
        handlers.ShouldContain("internal sealed class CountOnCoreCompanyCreatedHandler(IGrainFactory grains) : IEventHandler\n");
        handlers.ShouldContain("""var input = fields.Record<Stock>("label", "count");""");
        handlers.ShouldContain("""Count(fields.Get<string>("label"), fields.Get<int>("size", 2), call));""");
    }

    [Fact]
    public void Whose_personal_fields_are_and_what_is_told_of_a_task_stand_on_the_records()
    {
        using var folder = new SpecFolder("shop")
            .Models("models:\n  Customer: { fields: { id: uuid, mail: { type: string, personal: true } } }")
            .Write("spec/events.yaml", "events:\n  customer.joined: { payload: Customer, subject: id }")
            .Write("spec/tasks.yaml", "tasks:\n  greet: { payload: Customer, publishes_events: true }");

        var files = Files(folder);

        files["Events.g.cs"].ShouldContain("""[EventType("shop.customer.joined", Version = 1, Subject = "id")]""");
        files["Tasks.g.cs"].ShouldContain("PublishesEvents = true");
    }

    [Theory]
    [InlineData("mail: { type: string, personal: true }", "", "nothing says whose it is")]
    [InlineData("mail: { type: string, personal: true }", ", subject: mail", "'mail' is personal, and would stand in the log as it is")]
    [InlineData("mail: { type: string, personal: true }", ", subject: id, ordering_key: mail", "'mail' is personal")]
    [InlineData("born: { type: date, personal: true }", ", subject: id", "null once the person is forgotten; make it optional")]
    [InlineData("mail: string", ", subject: idd", "'Customer' has no field 'idd' to say whose the personal fields are; did you mean 'id'?")]
    public void A_personal_field_that_could_not_be_forgotten_is_told(string field, string more, string message)
    {
        using var folder = new SpecFolder("shop")
            .Models($"models:\n  Customer: {{ fields: {{ id: uuid, {field} }} }}")
            .Write("spec/events.yaml", $"events:\n  customer.joined: {{ payload: Customer{more} }}");

        folder.Errors().ShouldContain(error => error.Contains(message));
    }

    [Fact]
    public void A_grain_for_each_value_of_a_parameter_has_it_in_its_key()
    {
        using var folder = new SpecFolder("shop").Models("models:\n  Item: { fields: { id: uuid } }").Domain("""
            domain: items
            config: { grain: { key: item_id }, rest: { prefix: /items } }
            operations:
              get_item: { params: [{ name: item_id, type: uuid }], output: Item, rest: { path: "/{item_id}" } }
            """);

        var routes = new ModuleFiles(folder.Module()).Write().ToDictionary()["ItemsRoutes.g.cs"];

        routes.ShouldContain("Grain(call, itemId).GetItem(itemId)");
        routes.ShouldContain("""GrainKeys.Within(call.Tenant, call.Company, string.Create(CultureInfo.InvariantCulture, $"{key}"))""");
    }

    [Fact]
    public void The_client_for_pages_is_the_same_with_types_and_without()
    {
        using var folder = new SpecFolder("shop").Models("models:\n  Item: { fields: { id: { type: uuid, read_only: true }, label: string }, views: { Create: {}, Read: {} } }").Domain("""
            domain: items
            operations:
              list_items: { params: [{ name: label, type: string, optional: true }], output: "list[ItemRead]", rest: {} }
              add_item: { input: ItemCreate, output: ItemRead, rest: {} }
            """);

        var files = new TypeScriptFiles(folder.Module()).Write().ToDictionary();

        files["client.ts"].ShouldContain("addItem(body: ItemCreate, idempotencyKey?: string): Promise<ItemRead> {");
        files["client.js"].ShouldContain("addItem(body, idempotencyKey) {");
        files["client.ts"].ShouldContain("listItems(options: { label?: string; limit?: number; cursor?: string } = {}): Promise<Page<ItemRead>> {");
        files["client.js"].ShouldNotContain(": Promise");
    }

    private static Dictionary<string, string> Files(SpecFolder folder) => new ContractsFiles(folder.Module()).Write().ToDictionary();
}

file static class Pairs
{
    public static Dictionary<string, string> ToDictionary(this IEnumerable<(string File, string Text)> files) => files.ToDictionary(file => file.File, file => file.Text);
}
