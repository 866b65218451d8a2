using Buildify.Cli.Services;

namespace Buildify.Cli.Sync;

public sealed class SyncTests : IDisposable
{
    private readonly Repository _repository = new();

    [Fact]
    public void A_second_time_writes_nothing()
    {
        _repository.Succeed("sync").ShouldContain("made  Silo/Dockerfile");
        var before = _repository.Files(".").ToDictionary(f => f, f => _repository.Read(f));
        _repository.Succeed("sync").ShouldBe("Everything is as services.yml says.\n");
        _repository.Files(".").ToDictionary(f => f, f => _repository.Read(f)).ShouldBe(before);
    }

    [Fact]
    public void What_somebody_changed_in_a_written_file_is_shown_line_by_line()
    {
        _repository.Succeed("sync");
        _repository.Write(Compose.Path, _repository.Read(Compose.Path).Replace("dockerfile: Worker/Dockerfile", "dockerfile: Worker/Other"));
        var said = _repository.Fail("sync", "--check");
        said.ShouldContain("docker-compose.yml, - as it is, + as it should be\n");
        said.ShouldContain("-      dockerfile: Worker/Other\n+      dockerfile: Worker/Dockerfile\n");
        said.ShouldNotContain("Silo/Dockerfile");
        _repository.Read(Compose.Path).ShouldContain("Worker/Other");

        _repository.Succeed("sync").ShouldBe("wrote docker-compose.yml\n");
        _repository.Succeed("sync", "--check");
    }

    [Fact]
    public void A_service_that_was_added_by_hand_is_found_missing_its_files()
    {
        _repository.Succeed("sync");
        _repository.Write(ServicesFile.Name, _repository.Read(ServicesFile.Name) + "  - { name: shell, type: web, description: Pages }\n");
        var said = _repository.Fail("sync", "--check");
        said.ShouldContain("services/shell/Dockerfile is missing\n");
        said.ShouldContain("+  shell:\n");
        _repository.Workspace.Exists("services").ShouldBeFalse();
    }

    [Fact]
    public void A_reference_that_fell_behind_is_found()
    {
        _repository.Succeed("sync");
        _repository.Write(SyncPlan.Reference, _repository.Read(SyncPlan.Reference).Replace("# Specs: reference", "# Specs"));
        _repository.Fail("sync", "--check").ShouldContain("-# Specs\n+# Specs: reference\n");
    }

    [Fact]
    public void A_Dockerfile_is_its_owner_s_once_it_is_there()
    {
        _repository.Write("Silo/Dockerfile", "FROM scratch\n").Succeed("sync");
        _repository.Read("Silo/Dockerfile").ShouldBe("FROM scratch\n");
        _repository.Succeed("sync", "--check");
    }

    [Fact]
    public void With_a_mistake_in_services_yml_nothing_is_written()
    {
        using var wrong = new Repository("services: [{ name: a, type: silo }]\n");
        wrong.Fail("sync").ShouldBe("services.yml(1,12): error BSPEC006: a service needs 'description' (text)\n");
        wrong.Files(".").ShouldBe([ServicesFile.Name]);
    }

    [Fact]
    public void This_repository_is_in_sync() => SyncPlan.For(ServicesFile.Read(Repository.Ours, new())).ShouldAllBe(f => Repository.Ours.Exists(f.Path) && (!f.IsWritten || Repository.Ours.Read(f.Path) == f.Text));

    public void Dispose() => _repository.Dispose();
}
