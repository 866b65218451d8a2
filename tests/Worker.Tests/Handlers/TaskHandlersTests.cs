using Buildify.Operations;
using Buildify.Tasks;
using Buildify.Worker.Diagnostics;
using Buildify.Worker.Fakes;

namespace Buildify.Worker.Handlers;

public class TaskHandlersTests
{
    private static readonly TaskCatalog Catalog = TaskCatalog.From([typeof(TaskHandlersTests).Assembly]);

    [Fact]
    public void Two_handlers_of_one_type_are_refused_by_name()
    {
        var error = Should.Throw<InvalidOperationException>(() => new TaskHandlers([typeof(WhoHandler), typeof(Bad<int>.SecondWho)], Catalog));
        error.Message.ShouldContain("SecondWho");
        error.Message.ShouldContain("test.who");
    }

    [Fact]
    public void A_handler_of_what_is_no_task_type_is_refused_by_name() =>
        Should.Throw<InvalidOperationException>(() => new TaskHandlers([typeof(Bad<int>.NamelessHandler)], Catalog)).Message.ShouldContain("Nameless");

    [Fact]
    public void A_type_that_the_catalogue_leaves_out_is_not_known() =>
        new TaskHandlers([typeof(EchoHandler)], new TaskCatalog([])).Limits.ShouldBeEmpty();

    // In a generic class, where a worker of this assembly does not find them.
    private static class Bad<T>
    {
        public sealed record Nameless : ITask<Unit>;

        public sealed class NamelessHandler : ITaskHandler<Nameless, Unit>
        {
            public Task<Unit> Handle(Nameless task, TaskContext context) => throw new NotSupportedException();
        }

        public sealed class SecondWho : ITaskHandler<Who, string>
        {
            public Task<string> Handle(Who task, TaskContext context) => throw new NotSupportedException();
        }
    }
}
