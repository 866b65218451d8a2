using Buildify.Specs.Model;

namespace Buildify.Specs;

/// <summary>Something wrong in a spec, as MSBuild and editors read it: <c>file(line,column): error BSPEC012: …</c>.</summary>
/// <param name="Code">As <c>BSPEC012</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
internal sealed record Diagnostic(string Code, Place Place, string Message)
{
    public override string ToString() => $"{Place.File}({Place.Line},{Place.Column}): error {Code}: {Message}";
}
