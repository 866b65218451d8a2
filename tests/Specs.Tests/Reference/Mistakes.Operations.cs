namespace Buildify.Specs.Reference;

internal static partial class Mistakes
{
    private static IEnumerable<Mistake> Operations =>
    [
        Op(SpecErrors.WrongDirection, "{ »input: ThingRead, rest: {} }"),
        Op(SpecErrors.WrongDirection, "{ »output: Thing, rest: {} }"),
        Op(SpecErrors.BadType, "{ output: »string, rest: {} }"),
        Op(SpecErrors.BadType, "{ input: »\"list[ThingCreate]\", rest: {} }"),
        Op(SpecErrors.PlatformOnly, "{ »access: public, rest: {} }"),
        Op(SpecErrors.UnknownPermission, "{ permission: »financial.wrte, rest: {} }"),
        Op(SpecErrors.NoWayIn, "{ output: ThingRead }", isOperation: true),
        Op(SpecErrors.BodyNotAllowed, "{ input: ThingCreate, rest: { »method: DELETE } }"),
        Op(SpecErrors.BadPath, "{ rest: { path: »things } }"),
        Op(SpecErrors.BadPath, "{ rest: { path: »\"/things/\" } }"),
        Op(SpecErrors.BadPath, "{ rest: { path: \"/things/»/all\" } }"),
        Op(SpecErrors.BadPath, "{ rest: { path: \"/»Things\" } }"),
        Op(SpecErrors.BadPath, "{ rest: { path: \"/things/»{id:guid}\" } }"),
        Op(SpecErrors.BadPath, "{ params: [ { name: id } ], rest: { path: \"/{id}/»{id}\" } }"),
        Op(SpecErrors.UnknownParameter, "{ rest: { path: \"/things/»{id}\" } }"),
        Op(SpecErrors.BadParameter, "{ params: [ { name: »id, type: uuid? } ], rest: { path: \"/{id}\" } }"),
        Op(SpecErrors.BadParameter, "{ params: [ { name: id, type: »\"uuid[]\" } ], rest: {} }"),
        Op(SpecErrors.BadParameter, "{ params: [ { name: id, »in: path } ], rest: {} }"),
        Op(SpecErrors.DuplicateName, "{ params: [ { name: id }, { name: »id } ], rest: {} }"),
        Op(SpecErrors.ReservedName, "{ params: [ { name: »body } ], rest: {} }"),
        Op(SpecErrors.ReservedName, "{ params: [ { name: »input } ], rest: {} }"),
        Op(SpecErrors.ReservedName, "{ params: [ { name: »cursor } ], output: \"list[ThingRead]\", rest: {} }"),
        Op(SpecErrors.BadRest, "{ output: ThingRead, rest: { »status: 204 } }"),
        Op(SpecErrors.BadRest, "{ rest: { »idempotent: true } }"),
        Op(SpecErrors.BadRest, "{ rest: { »if_match: true } }"),
        Op(SpecErrors.BadValue, "{ rest: { method: »POTS } }"),
        Op(SpecErrors.BadValue, "{ rest: { status: »404 } }"),
        Op(SpecErrors.BadValue, "{ rest: { refuses: [»200] } }"),
        Op(SpecErrors.BadValue, "{ task: [make, »make_more] }"),
        Op(SpecErrors.UnknownEvent, "{ internal: true, events: { publish_on_success: »thing.mad } }"),
        Op(SpecErrors.UnknownEvent, "{ events: { on: »financial.thing.mad } }"),
        Op(SpecErrors.BadPattern, "{ events: { on: »\"thing.ma*\" } }"),
        Op(SpecErrors.UnknownTask, "{ task: »mke }"),
        Op(SpecErrors.PayloadMismatch, "{ input: Other, task: »make }"),
        Op(SpecErrors.PayloadMismatch, "{ params: [ { name: size, type: int } ], task: »make }"),
        Op(SpecErrors.PayloadMismatch, "{ internal: true, events: { publish_on_success: »thing.made } }"),
        Op(SpecErrors.PayloadMismatch, "{ input: Other, events: { »on: thing.made } }"),
        new(SpecErrors.SameRoute, Things, """
            domain: things
            operations:
              one: { params: [ { name: a } ], rest: { path: "/{a}" } }
              other_one: { params: [ { name: other } ],       »rest: { path: "/{other}" } }
            """),
        new(SpecErrors.DuplicateName, Things, "domain: things\noperations:\n  make1: { internal: true }\n  »make_1: { internal: true }"),
        new(SpecErrors.DuplicateName, Things, "domain: things\noperations:\n  one: { task: make }\n  »two: { task: make }"),
        new(SpecErrors.MemberNamedAsType, Things, "domain: things\noperations:\n  »financial_client: { internal: true }"),
        new(SpecErrors.UnknownParameter, Things, "domain: things\nconfig: { grain: { key: thing_id } }\noperations:\n  »make: { params: [ { name: thing_i } ], internal: true }"),
        new(SpecErrors.UnknownParameter, Things, "domain: things\nconfig: { grain: { key: nam } }\noperations:\n  »make: { input: ThingCreate, internal: true }"),
        new(SpecErrors.BadValue, Things, "domain: things\nconfig: { grain: { key: »input.name } }\noperations:\n  make: { input: ThingCreate, internal: true }"),
        new(SpecErrors.PlatformOnly, Things, "domain: things\nconfig: { grain: { key: »platform } }"),
        new(SpecErrors.MissingContracts, Consumes, "consumes: [ { service: »notes, domain: notes, operations: [get_note] } ]"),
        new(SpecErrors.ConsumesItself, Consumes, "consumes: [ { service: »financial, domain: things, operations: [a] } ]"),
    ];

    private static Mistake Op(SpecError error, string operation, bool isOperation = false) =>
        new(error, Things, $"domain: things\noperations:\n  {(isOperation ? "»" : "")}do_it: {operation}\n");
}
