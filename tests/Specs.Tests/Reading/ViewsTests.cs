using Buildify.Specs.Model;

namespace Buildify.Specs.Reading;

public class ViewsTests
{
    private const string Models = """
        models:
          Note:
            summary: A note
            fields:
              id: { type: uuid, read_only: true }
              body: string
              pinned: { type: bool, default: false }
              secret: { type: string?, write_only: true }
            views:
              Create: {}
              CreateQuietly: { include: [id], optional: [body] }
              Read: { include: [secret] }
              Update: { required: [body] }
              UpdateAll: { at_least_one: false }
              Created: {}
              Public: { only: [id, body] }
              Short: { exclude: [body], required: [pinned] }
        """;

    [Theory]
    [InlineData("NoteCreate", "1:body 2:pinned=false 3:secret?")]
    [InlineData("NoteCreateQuietly", "0:id 1:body? 2:pinned=false 3:secret?")]
    [InlineData("NoteRead", "0:id 1:body 2:pinned=false 3:secret?")]
    [InlineData("NoteUpdate", "1:body 2:pinned? 3:secret? +")]
    [InlineData("NoteUpdateAll", "1:body? 2:pinned? 3:secret?")]
    [InlineData("NoteCreated", "0:id 1:body 2:pinned=false")]
    [InlineData("NotePublic", "0:id 1:body")]
    [InlineData("NoteShort", "0:id 2:pinned")]
    public void A_view_has_the_fields_of_its_kind_and_of_its_lists(string view, string fields)
    {
        using var folder = new SpecFolder().Models(Models);

        Shape(folder.Module().Records.Single(r => r.Name == view)).ShouldBe(fields);
    }

    [Fact]
    public void The_model_itself_is_written_where_it_has_no_views_or_is_named()
    {
        using var folder = new SpecFolder().Models(Models + "\n  Tag: { fields: { name: string } }");
        folder.Module().Records.Select(r => r.Name).ShouldNotContain("Note");
        folder.Module().Records.Select(r => r.Name).ShouldContain("Tag");

        folder.Models(Models + "\n  Book: { fields: { notes: list[Note] } }".Replace("list[Note]", "\"list[Note]\""));

        Shape(folder.Module().Records.Single(r => r.Name == "Note")).ShouldBe("0:id 1:body 2:pinned=false 3:secret?");
    }

    [Fact]
    public void Views_that_are_used_exist_without_being_listed()
    {
        using var folder = new SpecFolder()
            .Models("models: { Line: { fields: { id: { type: uuid, read_only: true }, size: int } }, Bill: { fields: { lines: LineRead }, views: { Public: {} } } }")
            .Domain("domain: things\noperations:\n  make: { input: LineCreate, output: BillRead, rest: {} }");

        folder.Module().Records.Select(r => r.Name).ShouldBe(["Line", "LineCreate", "LineRead", "BillPublic", "BillRead"]);
    }

    [Fact]
    public void A_view_that_is_an_input_over_rest_lacks_what_the_platform_sets()
    {
        using var folder = new SpecFolder().Models(Models).Domain("domain: things\noperations:\n  pin: { input: NoteShort, rest: {} }");

        Shape(folder.Module().Records.Single(r => r.Name == "NoteShort")).ShouldBe("2:pinned 3:secret?");
    }

    [Fact]
    public void A_view_that_is_input_and_output_over_rest_is_told_what_its_answer_lacks()
    {
        using var folder = new SpecFolder().Models(Models).Domain("domain: things\noperations:\n  pin: { input: NoteCreated, output: NoteCreated, rest: {} }");

        folder.Errors().ShouldContain(e => e.Contains("'NoteCreated' lacks the read-only field 'id', because it is an input as well; take 'NoteRead' here"));
    }

    [Fact]
    public void Inside_of_the_cluster_any_record_may_be_an_input()
    {
        using var folder = new SpecFolder().Models(Models).Domain("domain: things\noperations:\n  index: { input: Note, events: { on: \"other.**\" } }");

        folder.Errors().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("B?")]
    [InlineData("\"list[B]\"")]
    [InlineData("\"map[B]\"")]
    public void Records_may_contain_each_other_where_the_chain_can_end(string type)
    {
        using var folder = new SpecFolder().Models($"models:\n  A: {{ fields: {{ b: {type} }} }}\n  B: {{ fields: {{ back: A }} }}".Replace("b:", "other:"));

        folder.Errors().ShouldBeEmpty();
    }

    private static string Shape(RecordSpec record) =>
        string.Join(' ', record.Fields.Select(f => $"{f.Id}:{f.Name}{(f.Optional ? "?" : "")}{(f.Default is { } json ? $"={json}" : "")}")) + (record.AtLeastOne ? " +" : "");
}
