using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Reading;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Releases;

/// <summary>Compares the operations of two versions.</summary>
internal sealed class OperationChanges(ModuleSpec released, ModuleSpec now, Breaks breaks)
{
    public void Check()
    {
        var names = now.Domains.SelectMany(d => d.Operations).Select(o => o.Name).Except(released.Domains.SelectMany(d => d.Operations).Select(o => o.Name)).ToList();
        foreach (var domain in released.Domains)
        {
            foreach (var operation in domain.Operations) Check(domain, operation, names);
        }
    }

    private void Check(DomainSpec domain, OperationSpec before, List<string> added)
    {
        var here = now.Domains.FirstOrDefault(d => d.Name == domain.Name);
        var after = here?.Operations.FirstOrDefault(o => o.Name == before.Name);
        if (after is not null)
        {
            Compare(domain, before, here!, after);
            return;
        }
        var moved = now.Domains.FirstOrDefault(d => d.Operations.Any(o => o.Name == before.Name));
        var broken = moved is not null ? $"operation '{before.Name}' moved from domain '{domain.Name}' to '{moved.Name}'; move it back"
            : Nearest.To(before.Name, added) is { } renamed ? $"operation '{before.Name}' is gone; give '{renamed}' its old name"
            : $"operation '{before.Name}' is gone; keep it";
        breaks.Add(SpecErrors.BrokenOperation, moved?.Operations.First(o => o.Name == before.Name).Place ?? here?.Place ?? now.Place, broken);
    }

    private void Compare(DomainSpec domainBefore, OperationSpec before, DomainSpec domain, OperationSpec after)
    {
        if (before.Input != after.Input) Changed(after, "takes", Name(after.Input), Name(before.Input));
        if (before.Output != after.Output && before.Output is not null) Changed(after, "answers", Name(after.Output), Name(before.Output));
        if (before.Rest is { } rest)
        {
            if (after.Rest is null)
            {
                breaks.Add(SpecErrors.BrokenOperation, after.Place,
                    $"'{after.Name}' has no route any more; keep {rest.Method} {Route(released, domainBefore, rest)}");
            }
            else
            {
                CompareRoutes(Route(released, domainBefore, rest), rest, Route(now, domain, after.Rest), after.Rest, after);
            }
        }
        new ParameterChanges(breaks).Check(before, after);
    }

    private void CompareRoutes(string pathBefore, RestSpec before, string path, RestSpec after, OperationSpec operation)
    {
        if (before.Method != after.Method) Changed(operation, "is called by", after.Method, before.Method, after.Place);
        if (UrlPath.Pattern(pathBefore) != UrlPath.Pattern(path)) Changed(operation, "has the path", path, pathBefore, after.Place);
        if (before.Status != after.Status) Changed(operation, "answers", $"{after.Status}", $"{before.Status}", after.Place);
    }

    private void Changed(OperationSpec operation, string verb, string after, string before, Place? place = null) =>
        breaks.Add(SpecErrors.BrokenOperation, place ?? operation.Place,
            $"'{operation.Name}' {verb} {after} and was released with {before}; keep that");

    private static string Route(ModuleSpec module, DomainSpec domain, RestSpec rest) => module.ApiPrefix + domain.Prefix + rest.Path;

    private static string Name(TypeRef? type) => type is null ? "nothing" : Scalars.Name(type);
}
