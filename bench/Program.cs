using Buildify.Bench;
using Buildify.Bench.Calls;
using Buildify.Bench.Events;
using Buildify.Bench.Http;
using Buildify.Bench.Memory;
using Buildify.Bench.Specs;
using Buildify.Bench.Start;
using Buildify.Bench.Tasks;

// The program is its own child processes too: what makes load, and what a figure is compared with.
switch (args)
{
    case [Child.Load]:
        return Child.Answer(new LoadGenerator(await Child.Ask<LoadOrder>()).Run());
    case [Child.Insert]:
        return Child.Answer(await BareInsert.Run(await Child.Ask<InsertOrder>()));
    case [Child.Bare, var file]:
        return BareApi.Run(file);
    case [Child.Hooks]:
        return HookReceiver.Run();
}

var options = BenchOptions.Read(args);
if (options is null) return BenchOptions.Refuse();

await Report.Facts(options);
await CallFigures.Measure(options);
await MemoryFigures.Measure(options);
await HttpFigures.Measure(options);
await StartFigures.Measure(options);
await RouteFigures.Measure(options);
await ScaleFigures.Measure(options);
await BuildFigures.Measure(options);
await TaskFigures.Measure(options);
await EventFigures.Measure(options);
return 0;
