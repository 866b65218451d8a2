using Buildify.Specs;

namespace Buildify.Cli.Services;

public class ServicesFileTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "  - { name: a, type: silo, description: A, replica: 2 }", "services.yml(2,44): error BSPEC005: 'replica' is no key of a service; did you mean 'replicas'?" },
        { "  - { name: a, type: sillo, description: A }", "services.yml(2,22): error BSPEC008: 'sillo' is no type; did you mean 'silo'?" },
        { "  - { type: silo, description: A }", "services.yml(2,5): error BSPEC006: a service needs 'name' (a-z, 0-9 and '-')" },
        { "  - { name: a, type: silo }", "services.yml(2,5): error BSPEC006: a service needs 'description' (text)" },
        { "  - { name: a_b, type: silo, description: A }", "services.yml(2,13): error BSPEC012: 'a_b' is no name of a service: 1 to 40 characters of a-z, 0-9 and '-', a letter first and no '-' last" },
        { "  - { name: a, type: silo, description: A, replicas: -1 }", "services.yml(2,54): error BSPEC008: 'replicas' is a number from 0 to 100, not '-1'" },
        { "  - { name: a, type: silo, description: A, modules: [note] }", "services.yml(2,54): error BSVC001: there is no module 'note' under modules/; did you mean 'notes'?" },
        { "  - { name: a, type: silo, description: A, depends_on: [b] }", "services.yml(2,57): error BSVC002: there is no service 'b' here; did you mean 'a'?" },
        { "  - { name: a, type: web, description: A, modules: [notes] }", "services.yml(2,43): error BSVC004: 'modules' is not for a web: only silos, workers and gateways serve modules" },
        { "  - { name: a, type: silo, description: A, image: \"b:1\" }", "services.yml(2,44): error BSVC004: 'image' is not for a silo: only a container has it; what a silo runs is built here" },
        { "  - { name: a, type: container, description: A, image: postgres }", "services.yml(2,56): error BSPEC008: 'postgres' is another image tomorrow; name its version, as postgres:17.6" },
        { "  - { name: a, type: container, description: A, image: \"b:1\" }\n  - { name: c, type: silo, description: C, depends_on: [a] }", "services.yml(2,13): error BSPEC006: others wait until 'a' is well; say how to know, with 'health' (a shell's command that ends with 0)" },
        { "  - { name: a, type: silo, description: A }\n  - { name: a, type: worker, description: B }", "services.yml(3,13): error BSPEC015: there is a service 'a' in line 2 already; give one of them another name" },
        { "  - { name: a, type: silo, description: A, depends_on: [a] }", "services.yml(2,57): error BSVC003: 'a' would wait for itself: a → a; take one of them out" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_at_its_place_with_what_would_be_right(string entries, string error) => Errors($"services:\n{entries}").ShouldBe([error]);

    [Fact]
    public void Services_that_wait_for_each_other_are_told_once_with_the_circle() => Errors("""
        services:
          - { name: a, type: silo, description: A, depends_on: [b] }
          - { name: b, type: silo, description: B, depends_on: [c] }
          - { name: c, type: silo, description: C, depends_on: [a] }
          - { name: d, type: silo, description: D, depends_on: [a, b] }
        """).ShouldBe(["services.yml(4,57): error BSVC003: 'a' would wait for itself: a → b → c → a; take one of them out"]);

    [Fact]
    public void All_mistakes_are_told_at_once() => Errors("""
        servces: []
        services:
          - { name: a, type: sillo, description: A }
          - { name: b, type: silo, description: B, depend_on: [a] }
        """).Length.ShouldBe(3);

    [Fact]
    public void The_keys_that_are_left_out_have_their_defaults()
    {
        var problems = new Problems();
        var service = ServicesFile.Read("services: [{ name: a, type: silo, description: A }]", [], problems).ShouldHaveSingleItem();
        problems.Any.ShouldBeFalse();
        (service.Modules, service.Replicas, service.DependsOn.Length, service.Profiles.Length).ShouldBe((null, 1, 0, 0));
    }

    [Fact]
    public void The_repository_s_own_file_is_right()
    {
        var problems = new Problems();
        ServicesFile.Read(Repository.Ours, problems).Select(s => s.Name).ShouldBe(["postgres", "silo", "worker", "gateway"]);
        problems.InOrder().ShouldBeEmpty();
    }

    private static string[] Errors(string text)
    {
        var problems = new Problems();
        ServicesFile.Read(text, ["notes", "financial"], problems);
        return [.. problems.InOrder().Select(d => d.ToString())];
    }
}
