using Buildify.Specs.Model;

namespace Buildify.Specs.Reading;

public class ConsumesTests
{
    [Fact]
    public void A_consumed_operation_is_found_in_the_contracts_with_its_module_s_types()
    {
        using var notes = Notes();
        using var folder = Consumer(notes, "[create_note, get_note]");

        var consumed = folder.Module().Consumes.ShouldHaveSingleItem();

        consumed.Service.ShouldBe("notes");
        consumed.Version.ShouldBe("1.2.0");
        consumed.Namespace.ShouldBe("Notes");
        consumed.ApiPrefix.ShouldBe("/api/v1/notes");
        consumed.Operations.Select(o => o.Name).ShouldBe(["create_note", "get_note"]);
        consumed.Operations[0].Input.ShouldBe(new RecordType("NoteCreate", "notes"));
        consumed.Operations[1].Output.ShouldBe(new ListType(new RecordType("NoteRead", "notes")));
        consumed.Domain.Operations.Length.ShouldBe(3);
    }

    [Fact]
    public void The_contracts_of_a_package_have_their_manifest_inside()
    {
        using var notes = Notes();
        File.Move(Path.Combine(notes.Path, "manifest.json"), Path.Combine(notes.Path, "spec", "manifest.json"));
        using var folder = Consumer(notes, "get_note");

        folder.Module().Consumes.ShouldHaveSingleItem().Version.ShouldBe("1.2.0");
    }

    [Theory]
    [InlineData("service: nots, domain: notes, operations: [get_note]", "(1,24): error BSPEC037: the contracts of 'nots' are not referenced; did you mean 'notes'? If not, add <ProjectReference Include=\"../nots/contracts/Nots.Contracts.csproj\" /> to the project")]
    [InlineData("service: notes, domain: note, operations: [get_note]", "(1,39): error BSPEC039: module 'notes' 1.2.0 has no domain 'note'; did you mean 'notes'?")]
    [InlineData("service: notes, domain: notes, operations: [get_note, get_nots]", "(1,69): error BSPEC039: domain 'notes' of 'notes' 1.2.0 has no operation 'get_nots'; did you mean 'get_note'?")]
    public void What_is_not_offered_is_told_at_its_place(string consumes, string error)
    {
        using var notes = Notes();
        using var folder = new SpecFolder().Contracts("notes", Path.Combine(notes.Path, "spec")).Write("spec/manifest.yaml", $"consumes: [ {{ {consumes} }} ]");

        folder.Errors().ShouldBe([$"spec/manifest.yaml{error}"]);
    }

    [Fact]
    public void Contracts_that_do_not_compile_are_told_once_at_the_service()
    {
        using var notes = Notes().Models("models: { Note: { fields: { a: strng, b: strng } } }");
        using var folder = Consumer(notes, "get_note");

        folder.Errors().ShouldHaveSingleItem().ShouldStartWith("spec/manifest.yaml(1,24): error BSPEC038: the contracts of 'notes' do not compile");
    }

    [Fact]
    public void A_consumed_module_s_type_is_no_type_of_one_s_own()
    {
        using var notes = Notes();
        using var folder = Consumer(notes, "get_note").Domain("domain: things\noperations:\n  keep: { input: NoteRead, internal: true }");

        folder.Errors().ShouldHaveSingleItem().ShouldStartWith("spec/things.yaml(3,18): error BSPEC017: 'NoteRead' is a type of module 'notes'; write a model of this module's own, as KnownNoteRead");
    }

    [Fact]
    public void What_a_consumed_module_consumes_itself_is_not_looked_for()
    {
        using var notes = Notes().Write("spec/manifest.yaml", "consumes: [ { service: absent, domain: a, operations: [b] } ]");
        using var folder = Consumer(notes, "get_note");

        folder.Errors().ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_that_are_referenced_and_not_consumed_are_told()
    {
        using var notes = Notes();
        using var folder = new SpecFolder().Contracts("notes", Path.Combine(notes.Path, "spec"));

        folder.Errors().ShouldHaveSingleItem().ShouldContain("BSPEC049");
    }

    private static SpecFolder Consumer(SpecFolder notes, string operations) => new SpecFolder()
        .Contracts("notes", Path.Combine(notes.Path, "spec"))
        .Write("spec/manifest.yaml", $"consumes: [ {{ service: notes, domain: notes, operations: {operations} }} ]");

    private static SpecFolder Notes() => new SpecFolder("notes", "1.2.0").Models("""
        models:
          Note:
            fields: { id: { type: uuid, read_only: true }, text: string }
            views: { Create: {}, Read: {} }
        """).Write("spec/notes.yaml", """
        domain: notes
        operations:
          create_note: { input: NoteCreate, output: NoteRead, rest: {} }
          get_note: { output: "list[NoteRead]", rest: {} }
          drop_note: { rest: { method: DELETE } }
        """);
}
